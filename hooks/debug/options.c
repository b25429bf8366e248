/* SPDX-License-Identifier: Apache-2.0
 *
 * Setting up: a state's options, the list of all states, the host, and what the environment says.
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "cairn/base/environment.h"
#include "cairn/base/lock.h"
#include "cairn/base/options.h"
#include "cairn/hooks/debug/index.h"
#include "cairn/hooks/debug/quarantine.h"

enum { DEFAULT_QUARANTINE = 256 << 10 };

bool cairn_debug_counts_serials;
size_t cairn_debug_break_serial;
char cairn_debug_report_file[CAIRN_DEBUG_FILE_MAX];

static size_t serials; /* given so far, in the whole process (C8.1) */

__attribute__((noinline)) size_t cairn_debug_bump_serial(void)
{
    size_t serial = __atomic_add_fetch(&serials, 1, __ATOMIC_RELAXED);
    if (CAIRN_UNLIKELY(serial == cairn_debug_break_serial)) {
        raise(SIGTRAP);
    }
    return serial;
}

size_t cairn_debug_serial_count(void)
{
    return __atomic_load_n(&serials, __ATOMIC_RELAXED);
}

static cairn_lock lock; /* guards the list and what wakes a state */
static cairn_debug_state *first_state;
static uint32_t taken_slots; /* a bit each */
static const cairn_debug_host *the_host;

cairn_debug_state *debug_first_state(void)
{
    return __atomic_load_n(&first_state, __ATOMIC_ACQUIRE);
}

bool debug_is_word_of_a_domain(uint64_t word)
{
    cairn_debug_state *each = debug_first_state();
    while (each != NULL && each->word != word) {
        each = each->next_state;
    }
    return each != NULL;
}

const cairn_debug_host *debug_host(void)
{
    return __atomic_load_n(&the_host, __ATOMIC_ACQUIRE);
}

static bool is_locked_domain(const char *domain)
{
    return strcmp(domain, "mem") == 0 || strcmp(domain, "obj") == 0;
}

void debug_set_plain(cairn_debug_state *state)
{
    const cairn_debug_host *host = debug_host();
    state->wants_lock =
        host != NULL && host->holds_lock != NULL && is_locked_domain(state->node.domain);
    state->is_plain = state->is_open && !state->has_serial && !state->wants_lock &&
                      !cairn_debug_counts_serials && state->index == NULL &&
                      state->check_every == 0;
}

/* The last one is shared by all that are too many. */
static void take_slot(cairn_debug_state *state)
{
    unsigned slot = 0;
    while (slot < CAIRN_DEBUG_SLOTS - 1 && (taken_slots >> slot & 1) != 0) {
        slot++;
    }
    taken_slots |= (uint32_t)1 << slot;
    state->slot = (uint8_t)slot;
    state->may_nest = slot == CAIRN_DEBUG_SLOTS - 1;
}

void debug_wake(cairn_debug_state *state)
{
    cairn_lock_acquire(&lock);
    if (state->word == 0) {
        char given = state->node.id != 0 ? state->node.id : state->node.domain[0];
        state->id = state->id != 0 ? state->id : given;
        take_slot(state);
        debug_set_plain(state);
        state->next_state = first_state;
        __atomic_store_n(&first_state, state, __ATOMIC_RELEASE);
        __atomic_store_n(&state->word, cairn_debug_word_of(state->id), __ATOMIC_RELEASE);
    }
    cairn_lock_release(&lock);
}

void cairn_debug_set_host(const cairn_debug_host *host)
{
    __atomic_store_n(&the_host, host, __ATOMIC_RELEASE);
    for (cairn_debug_state *state = debug_first_state(); state != NULL; state = state->next_state) {
        debug_set_plain(state);
    }
}

void cairn_debug_close(cairn_debug_state *state)
{
    debug_quarantine_drain(state);
    cairn_lock_acquire(&lock);
    cairn_debug_state **link = &first_state;
    while (*link != NULL && *link != state) {
        link = &(*link)->next_state;
    }
    if (*link == state) {
        *link = state->next_state;
        taken_slots &= ~((uint32_t)1 << state->slot);
        state->slot = CAIRN_DEBUG_SLOTS - 1;
        state->may_nest = true;
    }
    cairn_lock_release(&lock);
}

void cairn_debug_set_id(cairn_debug_state *state, char id)
{
    state->id = id;
    if (state->word != 0) {
        state->word = cairn_debug_word_of(id);
    }
}

/* Once, from the environment that the program was started with. A set-uid program heeds none of it. */
static void read_environment(void)
{
    static bool is_read;
    if (__atomic_exchange_n(&is_read, true, __ATOMIC_ACQ_REL)) {
        return;
    }
    const char *serial = cairn_environment("CAIRN_DEBUG_BREAK_SERIAL");
    const char *file = cairn_environment("CAIRN_REPORT_FILE");
    size_t number;
    if (serial != NULL && cairn_parse_bytes(serial, &number) && number != 0) {
        cairn_debug_break_serial = number;
        cairn_debug_counts_serials = true;
    }
    if (file != NULL && strlen(file) < sizeof cairn_debug_report_file) {
        memcpy(cairn_debug_report_file, file, strlen(file));
    }
}

typedef struct settings {
    size_t compat;
    size_t quarantine;
    size_t serial;
    size_t check;
    size_t index;
} settings;

/* Every text must be a key that is known with a value that it allows. */
static const char *read_one(const char *key, const char *value, settings *out)
{
    static const struct {
        const char *key;
        size_t offset;
        size_t most;
        const char *sentence;
    } known[] = {
        {"compat", offsetof(settings, compat), 1, "compat must be 0 or 1"},
        {"quarantine", offsetof(settings, quarantine), (size_t)1 << 40,
         "quarantine must be a number of bytes such as 64K or 1M, or 0 for none"},
        {"serial", offsetof(settings, serial), 1, "serial must be 0 or 1"},
        {"check", offsetof(settings, check), SIZE_MAX,
         "check must be a number of calls such as 1000, or 0 for never"},
        {"index", offsetof(settings, index), 1, "index must be 0 or 1"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(key, known[i].key) == 0) {
            size_t *place = (size_t *)(void *)((char *)out + known[i].offset);
            bool is_good = cairn_parse_bytes(value, place) && *place <= known[i].most;
            return is_good ? NULL : known[i].sentence;
        }
    }
    return "unknown option; choose from: compat=0|1, quarantine=BYTES, serial=0|1, check=N, "
           "index=0|1";
}

static const char *read_options(const char *text, settings *out)
{
    while (*text != '\0') {
        char item[CAIRN_OPTION_TEXT_MAX];
        size_t length = strcspn(text, ":");
        size_t key = cairn_min(strcspn(text, "="), length);
        if (length >= sizeof item) {
            return "an option is too long";
        }
        memcpy(item, text, length);
        item[length] = '\0';
        item[key] = '\0';
        const char *error = read_one(item, key < length ? item + key + 1 : "", out);
        if (error != NULL) {
            return error;
        }
        text += length + (text[length] == ':' ? 1 : 0);
    }
    return NULL;
}

/* In the child of a fork: threads that are not there hold no locks. */
static void child_of_fork(void)
{
    lock.state = 0;
    for (cairn_debug_state *each = first_state; each != NULL; each = each->next_state) {
        each->serialised.state = 0;
        if (each->quarantine != NULL) {
            debug_quarantine_after_fork(each->quarantine);
        }
        if (each->index != NULL) {
            debug_index_after_fork(each->index);
        }
    }
}

static void watch_forks(void)
{
    static bool is_watching;
    if (!__atomic_exchange_n(&is_watching, true, __ATOMIC_ACQ_REL)) {
        pthread_atfork(NULL, NULL, child_of_fork);
    }
}

static bool make_tables(cairn_debug_state *state, const settings *chosen)
{
    bool wants_index = chosen->index != 0 || chosen->check != 0;
    state->quarantine =
        chosen->quarantine != 0 ? debug_quarantine_create(chosen->quarantine) : NULL;
    state->index = wants_index ? debug_index_create() : NULL;
    return (state->quarantine != NULL || chosen->quarantine == 0) &&
           (state->index != NULL || !wants_index);
}

bool cairn_debug_open(cairn_debug_state *state, const char *options, const char **error)
{
    settings chosen = {.quarantine = SIZE_MAX};
    *error = read_options(options, &chosen);
    if (*error != NULL) {
        return false;
    }
    bool has_more = chosen.check != 0 || chosen.index != 0;
    if (chosen.quarantine == SIZE_MAX) {
        chosen.quarantine = chosen.compat != 0 ? 0 : DEFAULT_QUARANTINE;
    }
    if (chosen.compat != 0 && (has_more || chosen.quarantine != 0)) {
        *error = "compat=1 goes with serial only; leave quarantine, check and index out";
        return false;
    }
    read_environment();
    debug_wake(state);
    state->is_compat = chosen.compat != 0;
    state->may_nest = state->may_nest || state->is_compat;
    state->has_serial = chosen.serial != 0;
    state->check_every = chosen.check;
    if (!make_tables(state, &chosen)) {
        *error = "out of memory for quarantine or index";
        return false;
    }
    if (state->quarantine != NULL || state->index != NULL) {
        watch_forks();
    }
    state->is_open = true;
    debug_set_plain(state);
    return true;
}
