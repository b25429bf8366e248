/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds out what a pointer is that was refused: asks the layers below for the block that it lies in, then
 * the kernel for the mapping. Reads only by debug_peek.
 */
#include "cairn/hooks/debug/describe.h"

#include "cairn/hooks/debug/quarantine.h"

static const char *const verbs[] = {"free of", "realloc of", "usable size of", "look at"};
static const char *const participles[] = {"freed", "resized", "measured", "looked at"};

/* The bytes around the start of a block, as far as they can be read. */
typedef struct start {
    bool is_readable;
    uint64_t size_word;
    uint64_t word; /* as in memory */
    uint64_t data;
} start;

static start read_start(const char *user)
{
    uint64_t bytes[3];
    start found = {0};
    found.is_readable = debug_peek(bytes, user - CAIRN_DEBUG_HEADER, sizeof bytes) == sizeof bytes;
    if (found.is_readable) {
        found.size_word = cairn_debug_big_endian(bytes[0]);
        found.word = bytes[1];
        found.data = bytes[2];
    }
    return found;
}

static uint8_t id_of(const start *found)
{
    uint8_t id;
    memcpy(&id, &found->word, 1);
    return id;
}

static bool has_all_pads(const start *found)
{
    return found->is_readable && found->word == cairn_debug_word_of((char)id_of(found));
}

/* The layers below may have put links of their own over the header, not over what follows it. */
static bool looks_freed(const start *found)
{
    uint64_t dead = CAIRN_DEBUG_ALL(CAIRN_DEBUG_DEAD);
    return found->is_readable && (found->word == dead || found->data == dead);
}

static bool looks_underflown(const start *found)
{
    unsigned intact = 0;
    for (unsigned i = 1; i < CAIRN_DEBUG_WORD; i++) {
        uint8_t byte;
        memcpy(&byte, (const char *)&found->word + i, 1);
        intact += byte == CAIRN_DEBUG_FORBIDDEN;
    }
    return found->is_readable && intact >= 4;
}

static const char *domain_of_id(uint8_t id)
{
    static const char *const built_in[] = {"raw", "mem", "obj"};
    for (cairn_debug_state *each = debug_first_state(); each != NULL; each = each->next_state) {
        if ((uint8_t)each->id == id) {
            return each->node.domain;
        }
    }
    for (size_t i = 0; i < sizeof built_in / sizeof built_in[0]; i++) {
        if ((uint8_t)built_in[i][0] == id) {
            return built_in[i];
        }
    }
    return NULL;
}

/* The user's address of the block of any domain that an address lies in, or NULL. */
static const char *containing_block(const cairn_debug_state *state, const void *address)
{
    const char *base = cairn_layer_block_start(state->node.below, address);
    cairn_debug_state *each = debug_first_state();
    for (; base == NULL && each != NULL; each = each->next_state) {
        base = cairn_layer_block_start(each->node.below, address);
    }
    if (base == NULL) {
        return NULL;
    }
    const char *user = base + CAIRN_DEBUG_HEADER;
    start found = read_start(user);
    debug_block block = {.user = NULL};
    debug_split_size_word(found.size_word, &block);
    bool is_aligned = has_all_pads(&found) && block.alignment_log2 > 4 && block.alignment_log2 < 48;
    return is_aligned ? base + block.offset : user;
}

static void say(debug_finding *out, const char *format, ...) CAIRN_PRINTF(2, 3);

static void append(void *ctx, const char *text, size_t count)
{
    debug_finding *out = ctx;
    size_t used = strlen(out->line);
    count = cairn_min(count, sizeof out->line - 1 - used);
    memcpy(out->line + used, text, count);
    out->line[used + count] = '\0';
}

/* One sentence behind "cairn: ". */
static void say(debug_finding *out, const char *format, ...)
{
    cairn_print print;
    va_list arguments;
    out->line[0] = '\0';
    cairn_print_to(&print, append, out);
    cairn_printf(&print, "cairn: ");
    va_start(arguments, format);
    cairn_vprintf(&print, format, arguments);
    va_end(arguments);
    cairn_print_flush(&print);
}

static void show(debug_finding *out, const void *block)
{
    out->block = block;
    out->was_freed = false;
}

static void show_freed(debug_finding *out, const void *block, size_t size)
{
    out->block = block;
    out->was_freed = true;
    out->size = size;
}

static void describe_double_free(const char *domain, const void *ptr, size_t size, debug_call call,
                                 debug_finding *out)
{
    if (call == DEBUG_FREE) {
        say(out, "double free of %p (%s)", ptr, domain);
    } else {
        say(out, "%s %p (%s), which was freed before", verbs[call], ptr, domain);
    }
    show_freed(out, ptr, size);
}

/* ptr lies in the block at user, but is not it. */
static void describe_interior(const char *user, const char *ptr, debug_call call,
                              debug_finding *out)
{
    start found = read_start(user);
    const char *domain = has_all_pads(&found) ? domain_of_id(id_of(&found)) : NULL;
    bool is_freed = domain == NULL && looks_freed(&found);
    const char *freed = is_freed ? "freed " : "";
    debug_block block = {.user = NULL};
    debug_split_size_word(found.size_word, &block);
    const char *verb = verbs[call];
    if (is_freed) {
        show_freed(out, user, SIZE_MAX);
    } else {
        show(out, user);
    }
    if (ptr < user) {
        say(out, "%s %p, which lies %zu bytes before the start of the %sblock at %p", verb,
            (const void *)ptr, (size_t)(user - ptr), freed, (const void *)user);
    } else if (domain != NULL && (size_t)(ptr - user) >= block.size) {
        say(out, "%s %p, which lies %zu bytes past the end of the block at %p (%s, %zu bytes)",
            verb, (const void *)ptr, (size_t)(ptr - user) - block.size, (const void *)user, domain,
            block.size);
    } else if (domain != NULL) {
        say(out, "%s %p, which lies %zu bytes inside the block at %p (%s, %zu bytes)", verb,
            (const void *)ptr, (size_t)(ptr - user), (const void *)user, domain, block.size);
    } else {
        say(out, "%s %p, which lies %zu bytes inside the %sblock at %p", verb, (const void *)ptr,
            (size_t)(ptr - user), freed, (const void *)user);
    }
}

static void describe_underflow(const void *ptr, const char *domain, debug_finding *out)
{
    say(out, "write before the start of the block at %p (%s)", ptr, domain);
    show(out, ptr);
}

/* No part knows a block there. */
static void describe_outsider(const cairn_debug_state *state, const void *ptr, debug_call call,
                              debug_finding *out)
{
    char region[200];
    cairn_layer below = state->node.below;
    bool tells = below.more->owns != NULL || below.more->owns_block != NULL;
    debug_describe_region(ptr, region, sizeof region);
    say(out, "%s %p, which is %s%s", verbs[call], ptr, region,
        tells ? "" : ", unless what lies before it was overwritten");
}

/* Whether it was freed, by what is kept of freed blocks. */
static bool describe_as_kept(const char *ptr, debug_call call, debug_finding *out)
{
    debug_write freed;
    const cairn_debug_state *owner;
    if (!debug_find_in_quarantine(ptr, &freed, &owner)) {
        return false;
    }
    if (freed.user == ptr) {
        describe_double_free(owner->node.domain, ptr, freed.size, call, out);
    } else {
        describe_interior(freed.user, ptr, call, out);
    }
    return true;
}

/* Whether it was freed, by its bytes or, where they are gone, by the notes on large blocks. */
static bool describe_as_freed(const cairn_debug_state *state, const char *ptr, const start *found,
                              debug_call call, debug_finding *out)
{
    size_t size = SIZE_MAX;
    bool is_gone = !found->is_readable || (found->word == 0 && found->data == 0);
    const char *domain = is_gone ? debug_find_noted(ptr, &size) : NULL;
    if (domain == NULL && looks_freed(found)) {
        domain = state->node.domain;
    }
    if (domain != NULL) {
        describe_double_free(domain, ptr, size, call, out);
    }
    return domain != NULL;
}

/* The header is not one of this domain. */
static void describe_stranger(cairn_debug_state *state, const char *ptr, debug_call call,
                              debug_finding *out)
{
    const char *domain = state->node.domain;
    start found = read_start(ptr);
    const char *other = has_all_pads(&found) ? domain_of_id(id_of(&found)) : NULL;
    if (describe_as_kept(ptr, call, out)) {
        return;
    }
    if (other != NULL && (char)id_of(&found) != state->id) {
        say(out, "block of domain %s %s by domain %s: %p", other, participles[call], domain,
            (const void *)ptr);
        show(out, ptr);
        return;
    }
    const char *user = containing_block(state, ptr);
    bool is_here = user == ptr || (user == NULL && (uintptr_t)ptr % CAIRN_ALIGNMENT == 0);
    if (is_here && describe_as_freed(state, ptr, &found, call, out)) {
        return;
    }
    if (user == ptr && other != NULL) {
        say(out, "%s %p, which domain %s has not handed out", verbs[call], (const void *)ptr,
            domain);
        show(out, ptr);
    } else if (user == ptr || (is_here && other == NULL && looks_underflown(&found))) {
        describe_underflow(ptr, domain, out);
    } else if (user != NULL) {
        describe_interior(user, ptr, call, out);
    } else {
        describe_outsider(state, ptr, call, out);
    }
}

void debug_describe(cairn_debug_state *state, const void *ptr, debug_call call, debug_fault fault,
                    debug_finding *out)
{
    const char *domain = state->node.domain;
    memset(out, 0, sizeof *out);
    if (fault == DEBUG_BAD_TAIL) {
        start found = read_start(ptr);
        debug_block block = {.user = NULL};
        debug_split_size_word(found.size_word, &block);
        say(out, "write past the end of the block at %p (%s, %zu bytes)", ptr, domain, block.size);
        show(out, ptr);
    } else if (fault == DEBUG_BAD_SIZE) {
        describe_underflow(ptr, domain, out);
    } else {
        describe_stranger(state, ptr, call, out);
    }
}

void debug_describe_write(const cairn_debug_state *state, const debug_write *write,
                          debug_finding *out)
{
    const char *domain = state->node.domain;
    memset(out, 0, sizeof *out);
    size_t distance = (size_t)(write->address - write->user);
    const char *where = "inside";
    if (write->address < write->user) {
        distance = (size_t)(write->user - write->address);
        where = "before the start of";
    } else if (distance >= write->size) {
        distance -= write->size;
        where = "past the end of";
    }
    say(out, "write after free: %zu bytes %s the freed block at %p (%s, %zu bytes)", distance,
        where, (const void *)write->user, domain, write->size);
    show_freed(out, write->user, write->size);
}
