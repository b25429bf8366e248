/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads that come and go: a thousand one after another with bounded memory, two hundred at once,
 * blocks freed by other threads than their own, also after their own thread has ended, and threads
 * that are cancelled.
 */
#include "victim.h"

#include <pthread.h>
#include <semaphore.h>

enum { PASSING = 1000, SLEEPING = 200, RING = 6, ROUNDS = 300, BATCH = 32, CANCELLED = 40 };

static pthread_t start(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, run, argument) == 0);
    return thread;
}

static void join(pthread_t thread)
{
    CHECK(pthread_join(thread, NULL) == 0);
}

static long resident_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%*d %ld", &pages) == 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Comes, uses all size classes, leaves one block to whoever started it. */
static void *pass(void *argument)
{
    known_block **out = argument;
    unsigned state = (unsigned)(uintptr_t)out;
    void *small[64];
    for (size_t i = 0; i < 64; i++) {
        small[i] = malloc(8 + i * 600);
        CHECK(small[i] != NULL);
        fill(small[i], 8 + i * 600, (unsigned)i);
    }
    for (size_t i = 0; i < 64; i++) {
        CHECK(is_filled(small[i], 8 + i * 600, (unsigned)i));
        free(small[i]);
    }
    void *left = malloc(1000);
    CHECK(left != NULL);
    *out = known_init(left, 1000, next_random(&state));
    return NULL;
}

static void check_passing(void)
{
    known_block *left[8];
    long before = 0;
    for (int i = 0; i < PASSING / 8; i++) {
        pthread_t threads[8];
        for (int j = 0; j < 8; j++) {
            threads[j] = start(pass, &left[j]);
        }
        for (int j = 0; j < 8; j++) {
            join(threads[j]);
            known_free(left[j]);
        }
        if (i == 10) {
            before = resident_kib();
        }
    }
    /* Heaps are taken over: the thousandth thread needs no more than the eightieth. A heap of each thread's own
     * would be 80 MiB in all; libc's malloc, where it serves, has arenas that grow for a while. */
    CHECK(resident_kib() < before + 48 * 1024);
}

static sem_t arrived;
static sem_t released;

static void *sleep_with_blocks(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument;
    known_block *blocks[20];
    for (int i = 0; i < 20; i++) {
        void *ptr = malloc(200);
        CHECK(ptr != NULL);
        blocks[i] = known_init(ptr, 200, next_random(&state));
    }
    sem_post(&arrived);
    while (sem_wait(&released) != 0) {
    }
    for (int i = 0; i < 20; i++) {
        known_free(blocks[i]);
    }
    return NULL;
}

static void check_sleeping(void)
{
    static pthread_t threads[SLEEPING];
    sem_init(&arrived, 0, 0);
    sem_init(&released, 0, 0);
    for (int i = 0; i < SLEEPING; i++) {
        threads[i] = start(sleep_with_blocks, (void *)(uintptr_t)(i + 1));
    }
    for (int i = 0; i < SLEEPING; i++) {
        while (sem_wait(&arrived) != 0) {
        }
    }
    for (int i = 0; i < SLEEPING; i++) {
        sem_post(&released);
    }
    for (int i = 0; i < SLEEPING; i++) {
        join(threads[i]);
    }
}

/* Each thread of the ring frees and resizes what the one before it allocated. */
static known_block *handed_on[RING][BATCH];

static void *hand_on(void *argument)
{
    size_t self = (size_t)(uintptr_t)argument;
    unsigned state = (unsigned)self + 77;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < BATCH; i++) {
            known_block **to = &handed_on[(self + 1) % RING][i];
            known_block **from = &handed_on[self][i];
            known_block *block = __atomic_exchange_n(from, NULL, __ATOMIC_ACQ_REL);
            if (block != NULL && next_random(&state) % 4 == 0) {
                block = known_resize(block, &state);
            } else {
                known_free(block);
                block = known_new(&state);
            }
            known_free(__atomic_exchange_n(to, block, __ATOMIC_ACQ_REL));
        }
    }
    return NULL;
}

static void check_ring(void)
{
    pthread_t threads[RING];
    for (uintptr_t i = 0; i < RING; i++) {
        threads[i] = start(hand_on, (void *)i);
    }
    for (int i = 0; i < RING; i++) {
        join(threads[i]);
    }
    for (int i = 0; i < RING * BATCH; i++) {
        known_block *block = handed_on[i / BATCH][i % BATCH];
        known_free(block);
    }
}

static void free_known(void *block)
{
    known_free(block);
}

/* Only points where cancellation is allowed: malloc is none, so its state is whole. */
static void *allocate_for_ever(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument;
    for (;;) {
        known_block *block = known_new(&state);
        pthread_cleanup_push(free_known, block);
        pthread_testcancel();
        usleep(10);
        pthread_cleanup_pop(1);
    }
    return NULL;
}

static void check_cancelled(void)
{
    for (int i = 0; i < CANCELLED; i++) {
        void *result = NULL;
        pthread_t thread = start(allocate_for_ever, (void *)(uintptr_t)i);
        usleep((useconds_t)(i * 20));
        CHECK(pthread_cancel(thread) == 0);
        CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    }
}

int main(void)
{
    victim_begin();
    check_passing();
    check_sleeping();
    check_ring();
    check_cancelled();
    return 0;
}
