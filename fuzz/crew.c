/* SPDX-License-Identifier: Apache-2.0
 *
 * The turn is a number under a mutex; each thread waits for its own.
 */
#include "cairn/fuzz/crew.h"

#include <pthread.h>

#include "cairn/fuzz/shadow.h"

typedef enum state { NO_THREAD, IDLE, BUSY, LEAVING } state;

typedef struct worker {
    unsigned number;
    pthread_t thread;
    pthread_cond_t is_its_turn;
    state state;
    void (*job)(void *arg);
    void *arg;
} worker;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned turn;
static bool held;
static CAIRN_THREAD_LOCAL unsigned self;
static worker crew[CAIRN_FUZZ_WORKERS + 1] = {
    {.number = 0, .is_its_turn = PTHREAD_COND_INITIALIZER},
    {.number = 1, .is_its_turn = PTHREAD_COND_INITIALIZER},
    {.number = 2, .is_its_turn = PTHREAD_COND_INITIALIZER},
    {.number = 3, .is_its_turn = PTHREAD_COND_INITIALIZER},
};

/* Until it is the caller's turn again. */
static void hand_over(unsigned to)
{
    pthread_mutex_lock(&mutex);
    turn = to;
    pthread_cond_signal(&crew[to].is_its_turn);
    while (turn != self) {
        pthread_cond_wait(&crew[self].is_its_turn, &mutex);
    }
    pthread_mutex_unlock(&mutex);
}

static void *live(void *arg)
{
    worker *me = arg;
    self = me->number;
    pthread_mutex_lock(&mutex);
    while (turn != self) {
        pthread_cond_wait(&me->is_its_turn, &mutex);
    }
    pthread_mutex_unlock(&mutex);
    while (me->state != LEAVING) {
        me->job(me->arg);
        me->state = IDLE;
        hand_over(0);
    }
    pthread_mutex_lock(&mutex);
    turn = 0;
    pthread_cond_signal(&crew[0].is_its_turn);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

void cairn_fuzz_crew_start(unsigned number, void (*job)(void *arg), void *arg)
{
    worker *it = &crew[number];
    bool is_new = it->state == NO_THREAD;
    it->job = job;
    it->arg = arg;
    it->state = BUSY;
    if (is_new) {
        int error = pthread_create(&it->thread, NULL, live, it);
        CAIRN_FUZZ_EXPECT(error == 0, "the fuzzer got no thread: error %d", error);
    }
    hand_over(number);
}

bool cairn_fuzz_crew_is_busy(unsigned number)
{
    return crew[number].state == BUSY;
}

bool cairn_fuzz_crew_has_busy(void)
{
    bool has_busy = false;
    for (unsigned i = 1; i <= CAIRN_FUZZ_WORKERS; i++) {
        has_busy = has_busy || cairn_fuzz_crew_is_busy(i);
    }
    return has_busy;
}

void cairn_fuzz_crew_go_on(unsigned number)
{
    hand_over(number);
}

static void all_go_on(void)
{
    for (unsigned i = 1; i <= CAIRN_FUZZ_WORKERS; i++) {
        if (cairn_fuzz_crew_is_busy(i)) {
            hand_over(i);
        }
    }
}

void cairn_fuzz_crew_finish(void)
{
    while (cairn_fuzz_crew_has_busy()) {
        all_go_on();
    }
}

void cairn_fuzz_crew_yield(void)
{
    if (self != 0 && !held) {
        hand_over(0);
    }
}

void cairn_fuzz_crew_hold(bool is_held)
{
    held = is_held;
}

void cairn_fuzz_crew_wait(void)
{
    if (self != 0) {
        hand_over(0);
    } else {
        all_go_on();
    }
}

void cairn_fuzz_crew_dismiss(unsigned number)
{
    worker *it = &crew[number];
    if (it->state == IDLE) {
        /* What its end brings about is one step: it has no turn to give up any more. */
        held = true;
        it->state = LEAVING;
        hand_over(number);
        pthread_join(it->thread, NULL);
        it->state = NO_THREAD;
        held = false;
    }
}

void cairn_fuzz_crew_forget(void)
{
    /* The conditions may still count threads that are gone. */
    const pthread_cond_t fresh = PTHREAD_COND_INITIALIZER;
    for (unsigned i = 0; i <= CAIRN_FUZZ_WORKERS; i++) {
        crew[i].is_its_turn = fresh;
        crew[i].state = NO_THREAD;
    }
}
