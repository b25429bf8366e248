/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs what may end the process, and tells how it ended and what it wrote to file descriptor 2: reports, and
 * refusals of a configuration. From one thread.
 */
#ifndef CAIRN_FUZZ_CATCH_H_
#define CAIRN_FUZZ_CATCH_H_

#include "cairn/base/compiler.h"

typedef struct fuzz_caught {
    bool is_fatal;      /* cairn_fatal or a report */
    bool has_exited;    /* by _exit, which this library stands in for */
    int status;         /* of that */
    char line[512];     /* of the fatal handler */
    char text[1 << 16]; /* what was written, or as much as there is room for; '?' for zeroes */
} fuzz_caught;

/* The result is good until the next call. */
const fuzz_caught *fuzz_catch(void (*action)(void *arg), void *arg);

/* Ends the process by a finding, if what must hold does not: all that is known goes to file descriptor 2. */
void fuzz_expect(bool holds, const char *what, const char *first, const char *second);

#endif /* CAIRN_FUZZ_CATCH_H_ */
