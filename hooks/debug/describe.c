/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds out what a pointer is that was refused: asks the layers below for the block that it lies in, then
 * the kernel for the mapping. Reads only by debug_peek.
 */
#include "cairn/hooks/debug/describe.h"

#include "cairn/hooks/debug/header.h"
#include "cairn/hooks/debug/quarantine.h"

static const char *const verbs[] = {"free of", "realloc of", "usable size of", "look at"};
static const char *const participles[] = {"freed", "resized", "measured", "looked at"};

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
    debug_header found = debug_read_header(user);
    debug_block block = {.user = NULL};
    debug_split_size_word(found.size_word, &block);
    bool is_aligned =
        debug_header_has_pads(&found) && block.alignment_log2 > 4 && block.alignment_log2 < 48;
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
    debug_header found = debug_read_header(user);
    const char *domain =
        debug_header_has_pads(&found) ? domain_of_id(debug_header_id(&found)) : NULL;
    bool is_freed = domain == NULL && debug_header_looks_freed(&found);
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

/* Whether a block that began there was freed whose alignment was erased with its header, so that the one below
 * seems to be another, which begins at user. */
static bool was_aligned(const char *user, const char *ptr, const debug_header *found)
{
    size_t size;
    debug_header first = debug_read_header(user);
    return debug_header_looks_freed(&first) && debug_header_looks_freed(found) &&
           debug_find_noted(ptr, &size) != NULL;
}

/* Whether it was freed, by its bytes or, where they are gone or not enough, by the notes on freed blocks. */
static bool describe_as_freed(const cairn_debug_state *state, const char *ptr,
                              const debug_header *found, bool is_noted, debug_call call,
                              debug_finding *out)
{
    size_t size = SIZE_MAX;
    bool is_gone = !found->is_readable || (found->word == 0 && found->data == 0);
    const char *domain = is_gone || is_noted ? debug_find_noted(ptr, &size) : NULL;
    if (domain == NULL && debug_header_looks_freed(found)) {
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
    debug_header found = debug_read_header(ptr);
    const char *other =
        debug_header_has_pads(&found) ? domain_of_id(debug_header_id(&found)) : NULL;
    if (describe_as_kept(ptr, call, out)) {
        return;
    }
    if (other != NULL && (char)debug_header_id(&found) != state->id) {
        say(out, "block of domain %s %s by domain %s: %p", other, participles[call], domain,
            (const void *)ptr);
        show(out, ptr);
        return;
    }
    const char *user = containing_block(state, ptr);
    bool is_noted = user != NULL && user != ptr && was_aligned(user, ptr, &found);
    bool is_here =
        user == ptr || is_noted || (user == NULL && (uintptr_t)ptr % CAIRN_ALIGNMENT == 0);
    if (is_here && describe_as_freed(state, ptr, &found, is_noted, call, out)) {
        return;
    }
    if (user == ptr && other != NULL) {
        say(out, "%s %p, which domain %s has not handed out", verbs[call], (const void *)ptr,
            domain);
        show(out, ptr);
    } else if (user == ptr ||
               (is_here && other == NULL && debug_header_looks_written(&found, ptr))) {
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
        debug_header found = debug_read_header(ptr);
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
