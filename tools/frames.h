/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in the program a memory error was found: the hook that reports one writes down the stack as
 * addresses, and the cairn command, after the program's end, prints it with names and lines.
 */
#ifndef CAIRN_TOOLS_FRAMES_H_
#define CAIRN_TOOLS_FRAMES_H_

#include "cairn/base/compiler.h"

/* The file that reports are written to, by its name for other processes. */
#define CAIRN_REPORT_VARIABLE "CAIRN_REPORT_FILE"

enum { CAIRN_FRAMES_PATH_MAX = 64 };

/* Makes the file in memory. Writes its name, good for as long as this process lives, to path,
 * CAIRN_FRAMES_PATH_MAX bytes. Returns its descriptor, which no program inherits; -1 with errno. */
int cairn_frames_create(char *path);

/* Prints the stacks in the file to stderr, nothing if there are none. library is the replacement
 * library: its own functions at the top of a stack are left out. */
void cairn_frames_print(int fd, const char *library);

#endif /* CAIRN_TOOLS_FRAMES_H_ */
