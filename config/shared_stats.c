/* SPDX-License-Identifier: Apache-2.0
 *
 * The watched side of the shared page.
 */
#include "cairn/config/shared_stats.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cairn/config/report.h"

static cairn_stats_page *page;
static cairn_stats_slot *own;
static const cairn_startup *watched;

static cairn_stats_page *map_page(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    void *memory = MAP_FAILED;
    if (fstat(fd, &info) == 0 && info.st_size >= (off_t)sizeof(cairn_stats_page)) {
        memory = mmap(NULL, sizeof(cairn_stats_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    close(fd);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    cairn_stats_page *mapped = memory;
    if (mapped->magic != CAIRN_STATS_PAGE_MAGIC || mapped->slot_bytes != sizeof(cairn_stats_slot)) {
        munmap(memory, sizeof(cairn_stats_page));
        return NULL;
    }
    return mapped;
}

static void read_program_name(char *out, size_t capacity)
{
    int fd = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, out, capacity - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    length = length > 0 && out[length - 1] == '\n' ? length - 1 : length;
    out[length > 0 ? length : 0] = '\0';
}

static cairn_stats_slot *take_slot(void)
{
    uint32_t index = __atomic_fetch_add(&page->used, 1, __ATOMIC_RELAXED);
    if (index >= CAIRN_STATS_SLOTS) {
        return NULL;
    }
    cairn_stats_slot *slot = &page->slots[index];
    slot->pid = (int32_t)getpid();
    slot->parent_pid = (int32_t)getppid();
    read_program_name(slot->program, sizeof slot->program);
    return slot;
}

static void move_counters(cairn_stats_slot *slot, bool only_live)
{
    static cairn_stats_slot uncounted;
    slot = slot != NULL ? slot : &uncounted;
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        cairn_stats_state *state = cairn_stats_of(*cairn_domain_get(&watched->table->domains[i]));
        if (state != NULL) {
            cairn_stats_move(state, &slot->domains[i], only_live);
        }
    }
}

/* The child goes on with the parent's blocks, but its calls are its own. */
static void child_of_fork(void)
{
    int saved = errno;
    const cairn_stats_slot *parent = own;
    own = take_slot();
    move_counters(own, true);
    if (own != NULL) {
        own->is_forked = 1;
        memcpy(own->preset, parent != NULL ? parent->preset : "", sizeof own->preset);
    }
    errno = saved;
}

/* The figures that are collected by a walk. */
static void update(bool is_exit)
{
    cairn_totals totals;
    if (own == NULL) {
        return;
    }
    cairn_table_stats_totals(watched->table, &totals);
    own->arenas_allocated = totals.arenas_allocated;
    own->arenas_live = totals.arenas_live;
    own->arena_bytes = totals.arena_bytes;
    own->arena_peak_bytes = totals.arena_peak_bytes;
    own->header_bytes = totals.header_bytes;
    own->quantization_bytes = totals.quantization_bytes;
    own->has_exited = is_exit ? 1 : 0;
}

/* They are brought up to date each time that arenas have become an eighth more. */
static void update_before_arena(void *ctx)
{
    static size_t arenas;
    static size_t next;
    (void)ctx;
    if (arenas++ >= next) {
        next = arenas + arenas / 8;
        update(false);
    }
}

/* The mem domain was in use before its hook was put. */
static void count_older_blocks(const cairn_startup *startup)
{
    const cairn_layer *mem = cairn_domain_get(&startup->table->domains[CAIRN_DOMAIN_MEM]);
    cairn_stats_state *stats = cairn_stats_of(*mem);
    if (stats != NULL) {
        cairn_stats_count_older_blocks(stats, startup->presets[0]->domains[CAIRN_DOMAIN_MEM]);
    }
}

/* The first configuration of a program that starts is the one that is watched. */
static void begin(const cairn_startup *startup, const cairn_preset *chosen, const char *path)
{
    if (own != NULL) {
        return;
    }
    watched = startup;
    page = map_page(path);
    own = page != NULL ? take_slot() : NULL;
    if (own == NULL) {
        return;
    }
    strncpy(own->preset, chosen->name, sizeof own->preset - 1);
    move_counters(own, false);
    update(false);
    pthread_atfork(NULL, NULL, child_of_fork);
    if (chosen->set_before_arena != NULL) {
        chosen->set_before_arena(update_before_arena);
    }
}

static void end(void)
{
    update(true);
}

const cairn_watch cairn_shared_stats_watch = {count_older_blocks, begin, end};
