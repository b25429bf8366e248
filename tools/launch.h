/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a program and stays its parent: signals, job control, how it ended.
 */
#ifndef CAIRN_TOOLS_LAUNCH_H_
#define CAIRN_TOOLS_LAUNCH_H_

#include "cairn/base/compiler.h"

typedef struct cairn_ending {
    int error; /* errno, when the program could not be started */
    bool is_started;
    int32_t pid;
    int exit_status;         /* -1 when a signal ended it */
    int signal;              /* 0 when it exited */
    uint64_t duration_us;    /* from its start to its end */
    uint64_t peak_rss_bytes; /* of the largest of it and its children, as the kernel saw it */
} cairn_ending;

/* Runs path with the arguments argv and our environment, and returns after its end. All signals that
 * can be held back stay so in this process from then on: what is to be reported will be. */
cairn_ending cairn_launch(const char *path, char **argv);

#endif /* CAIRN_TOOLS_LAUNCH_H_ */
