/* SPDX-License-Identifier: Apache-2.0
 *
 * Forks while eight threads are inside malloc. The children use the blocks of all of those threads and
 * their own new ones, some with threads, some by forking again, and end through exit handlers.
 */
#include "victim.h"

#include <pthread.h>

enum { THREADS = 8, SLOTS = 32, FORKS = 150, IN_FLIGHT = 12 };

/* Always a whole block or NULL, for a child may begin between any two instructions. */
static known_block *slots[THREADS * SLOTS];
static bool is_over;

static known_block *swap(known_block **slot, known_block *block)
{
    return __atomic_exchange_n(slot, block, __ATOMIC_ACQ_REL);
}

static void *allocate(void *argument)
{
    known_block **own = argument;
    unsigned state = (unsigned)(own - slots) * 7919 + 1;
    while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) {
        for (int i = 0; i < 16; i++) {
            known_block **slot = &own[next_random(&state) % SLOTS];
            known_block *block = swap(slot, NULL);
            if (block != NULL && next_random(&state) % 4 == 0) {
                swap(slot, known_resize(block, &state));
                continue;
            }
            known_free(block);
            swap(slot, known_new(&state));
        }
        usleep(50);
    }
    return NULL;
}

static void *use_some(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument;
    known_block *blocks[50];
    for (int i = 0; i < 50; i++) {
        blocks[i] = known_new(&state);
    }
    for (int i = 0; i < 50; i++) {
        known_free(blocks[i]);
    }
    return NULL;
}

static void use_threads(unsigned seed)
{
    pthread_t threads[3];
    for (unsigned i = 0; i < 3; i++) {
        CHECK(pthread_create(&threads[i], NULL, use_some, (void *)(uintptr_t)(seed + i)) == 0);
    }
    use_some((void *)(uintptr_t)seed);
    for (unsigned i = 0; i < 3; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
}

static void at_exit(void)
{
    use_some((void *)(uintptr_t)99);
}

static void be_child(unsigned seed, int depth)
{
    unsigned state = seed;
    victim_limit_time();
    for (int i = 0; i < THREADS * SLOTS; i++) {
        known_block **slot = &slots[i];
        unsigned what = next_random(&state) % 3;
        if (*slot != NULL && what == 0) {
            *slot = known_resize(*slot, &state);
        } else if (what == 1) {
            known_free(*slot);
            *slot = known_new(&state);
        } else if (*slot != NULL) {
            known_check(*slot);
        }
    }
    if (seed % 8 == 0) {
        use_threads(seed);
    }
    if (seed % 8 == 1 && depth < 3) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            be_child(seed, depth + 1);
            exit(0);
        }
        use_some((void *)(uintptr_t)seed);
        reap(child);
    }
    for (int i = 0; i < THREADS * SLOTS; i++) {
        known_free(slots[i]);
    }
}

int main(void)
{
    pthread_t threads[THREADS];
    victim_begin();
    CHECK(atexit(at_exit) == 0);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, allocate, &slots[i * SLOTS]) == 0);
    }
    for (unsigned i = 0; i < FORKS; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            be_child(i, 0);
            exit(0);
        }
        if (i >= IN_FLIGHT) {
            reap_any();
        }
    }
    for (int i = 0; i < IN_FLIGHT; i++) {
        reap_any();
    }
    __atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    return 0;
}
