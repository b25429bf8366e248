/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan as the hook's body reads it.
 */
#ifndef CAIRN_HOOKS_FAIL_PLAN_H_
#define CAIRN_HOOKS_FAIL_PLAN_H_

#include "cairn/hooks/fail/fail.h"

CAIRN_EXTERN_C_BEGIN

enum {
    CAIRN_FAIL_TEXT_MAX = 256,             /* with the terminator; longer plans are refused */
    CAIRN_FAIL_PARTS = 1000 * 1000 * 1000, /* of which probability counts how many */
};

/* What is between text and counts does not change once it is in force. */
typedef struct cairn_fail_plan {
    char text[CAIRN_FAIL_TEXT_MAX];
    char domains[CAIRN_FAIL_TEXT_MAX]; /* "mem+obj"; "" means all */
    uint64_t from;                     /* the first and the last request that may fail */
    uint64_t to;
    uint64_t probability; /* in parts; all of them: every one fails */
    uint64_t seed;
    size_t min_size;
    size_t max_size;
    cairn_fail_counts counts; /* by relaxed atomic additions */
    struct cairn_fail_plan *next;
} cairn_fail_plan;

/* Reads a text that is not empty into a plan of zeroes. */
bool cairn_fail_read(cairn_fail_plan *plan, const char *text, const char **error);

CAIRN_EXTERN_C_END

#endif /* CAIRN_HOOKS_FAIL_PLAN_H_ */
