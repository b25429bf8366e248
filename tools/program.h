/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the program to run and tells whether a preloaded library takes effect in it.
 */
#ifndef CAIRN_TOOLS_PROGRAM_H_
#define CAIRN_TOOLS_PROGRAM_H_

#include "cairn/base/compiler.h"

/* Writes the path of the program, found along PATH when name has no slash, to out, PATH_MAX bytes.
 * Returns 0, or the exit status after one line has said what is wrong. */
int cairn_program_find(const char *name, char *out);

/* Returns 0 when the program at path, or what interprets it, can be expected to load the library, else
 * the exit status after one line. name is what the user called it. */
int cairn_program_check(const char *name, const char *path);

#endif /* CAIRN_TOOLS_PROGRAM_H_ */
