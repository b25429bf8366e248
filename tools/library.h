/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the replacement library and the folder that the user is in.
 */
#ifndef CAIRN_TOOLS_LIBRARY_H_
#define CAIRN_TOOLS_LIBRARY_H_

#include "cairn/base/compiler.h"

/* Writes the absolute path of libcairn_malloc.so to out, PATH_MAX bytes. false when there is none that
 * can be preloaded, which one line has said. */
bool cairn_library_find(char *out);

/* Under `bazel run` a program is started in its runfiles; goes where the user called it from. */
bool cairn_enter_callers_directory(void);

#endif /* CAIRN_TOOLS_LIBRARY_H_ */
