/* SPDX-License-Identifier: Apache-2.0
 *
 * Threads that take turns: only one of them runs at any time, and who it is follows from the input alone.
 * The fuzzer's own thread, number 0, hands the turn to a worker; it comes back when the worker has done its
 * job or gives it up in the middle. So an operation can be stopped half-way while others go on.
 */
#ifndef CAIRN_FUZZ_CREW_H_
#define CAIRN_FUZZ_CREW_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

enum { CAIRN_FUZZ_WORKERS = 3 };

/* Has worker 1 to CAIRN_FUZZ_WORKERS, who is idle, do a job; returns when that is done or given up. The
 * worker's thread is started when there is none. */
void cairn_fuzz_crew_start(unsigned worker, void (*job)(void *arg), void *arg);

/* Whether the worker gave up its turn in the middle of a job. */
bool cairn_fuzz_crew_is_busy(unsigned worker);
bool cairn_fuzz_crew_has_busy(void);

/* Lets a busy worker go on. */
void cairn_fuzz_crew_go_on(unsigned worker);

/* Lets all that are busy go on until they are done. */
void cairn_fuzz_crew_finish(void);

/* In the middle of an operation: yield gives a worker's turn up, and does nothing in the fuzzer's own thread; wait lets
 * others run in any case. */
void cairn_fuzz_crew_yield(void);
void cairn_fuzz_crew_wait(void);

/* While it is held, nobody gives up a turn by yield. None may be busy. */
void cairn_fuzz_crew_hold(bool is_held);

/* Ends an idle worker's thread, if there is one. None may be busy. */
void cairn_fuzz_crew_dismiss(unsigned worker);

/* In the child of a fork, where no worker's thread is left. None was busy. */
void cairn_fuzz_crew_forget(void);

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_CREW_H_ */
