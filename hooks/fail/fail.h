/* SPDX-License-Identifier: Apache-2.0
 *
 * Hook "fail": makes requests for memory fail by a plan, so that a program's ways out of memory can be tried.
 *
 * A plan is a text, given as the hook's options or set while the program runs:
 *
 *   nth=N                 request N fails, counted from 1
 *   from=N:to=M           requests N to M fail; without to, all from N on; without from, the first M
 *   start=N:stop=M        the same as from=N+1:to=M; stop=0: for ever (F9)
 *   probability=P:seed=S  each fails with probability P, 0 to 1, by a generator that gives the same failures
 *                         for the same S (0 when it is not given); between from and to, if they are given
 *   domain=D+D            only requests of these domains count and fail; else of all
 *   min_size=B:max_size=B only requests of so many bytes count and fail; K, M, G
 *
 * A request is a call of malloc, calloc, realloc or aligned_alloc; free never fails. A request that fails
 * returns NULL and does nothing else: the old block of a realloc stays. The names of libc set errno to
 * ENOMEM, as after any failure.
 *
 * There is one plan and one count in a program, however many domains and configurations the hook stands in;
 * "request N" is so of all of them. Where pools pass a request on to the raw domain (preset pymalloc), it
 * counts in both domains. Without a plan the hook forwards everything.
 * Threads: the count is exact. With several threads which of them gets failure N is theirs to find out.
 * Alignment, usable sizes and blocks from before it was installed: unchanged.
 */
#ifndef CAIRN_HOOKS_FAIL_FAIL_H_
#define CAIRN_HOOKS_FAIL_FAIL_H_

#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_fail_counts {
    uint64_t requests; /* that the plan is about, since it was set */
    uint64_t failures; /* of these */
} cairn_fail_counts;

struct cairn_fail_plan;

typedef struct cairn_fail_state {
    cairn_hook_node node;    /* must be first */
    cairn_fail_counts total; /* of this domain, under all plans so far */
} cairn_fail_state;

extern const cairn_hook cairn_fail_hook;

/* Sets the program's plan and starts its count from 0, also if it is the plan in force; "" is no plan. false
 * and a sentence when the text is no plan: then nothing has changed. Any thread, also while others allocate:
 * requests that are under way are of the plan before. A plan that is set again costs no memory. */
bool cairn_fail_set(const char *plan, const char **error);

/* The counts of the plan in force. */
cairn_fail_counts cairn_fail_counted(void);

/* Whether a request fails, which counts as one: for whatever else asks for memory in a test, such as a fake
 * arena provider. domain is what domain=D compares with. */
bool cairn_fail_now(const char *domain, size_t size);

/* The body. */
extern struct cairn_fail_plan *cairn_fail_in_force; /* NULL: none; read and written atomically */

bool cairn_fail_by_plan(cairn_fail_state *state, size_t size);

CAIRN_INLINE bool cairn_fail_hits(cairn_fail_state *state, size_t size)
{
    return CAIRN_UNLIKELY(__atomic_load_n(&cairn_fail_in_force, __ATOMIC_RELAXED) != NULL) &&
           cairn_fail_by_plan(state, size);
}

CAIRN_INLINE void *cairn_fail_malloc_over(cairn_fail_state *state, cairn_layer next, size_t size)
{
    return cairn_fail_hits(state, size) ? NULL : cairn_layer_malloc(next, size);
}

/* The entries of domains check the product. */
CAIRN_INLINE void *cairn_fail_calloc_over(cairn_fail_state *state, cairn_layer next, size_t count,
                                          size_t size)
{
    return cairn_fail_hits(state, count * size) ? NULL : cairn_layer_calloc(next, count, size);
}

CAIRN_INLINE void *cairn_fail_realloc_over(cairn_fail_state *state, cairn_layer next, void *ptr,
                                           size_t size)
{
    return cairn_fail_hits(state, size) ? NULL : cairn_layer_realloc(next, ptr, size);
}

CAIRN_INLINE void cairn_fail_free_over(cairn_fail_state *state, cairn_layer next, void *ptr)
{
    (void)state;
    cairn_layer_free(next, ptr);
}

CAIRN_INLINE void *cairn_fail_aligned_alloc_over(cairn_fail_state *state, cairn_layer next,
                                                 size_t alignment, size_t size)
{
    return cairn_fail_hits(state, size) ? NULL : cairn_layer_aligned_alloc(next, alignment, size);
}

bool cairn_fail_open(cairn_fail_state *state, const char *options, const char **error);
void cairn_fail_stats_over(cairn_fail_state *state, cairn_layer next, cairn_report *report);
CAIRN_HOOK_FORWARD_QUERIES(cairn_fail)

CAIRN_EXTERN_C_END

#endif /* CAIRN_HOOKS_FAIL_FAIL_H_ */
