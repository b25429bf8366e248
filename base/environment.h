/* SPDX-License-Identifier: Apache-2.0
 *
 * The environment that the program was started with, also where libc's getenv has none yet: in the
 * constructor of a library that is initialised before libc.
 */
#ifndef CAIRN_BASE_ENVIRONMENT_H_
#define CAIRN_BASE_ENVIRONMENT_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* For constructors, which the loader gives envp: the first call counts. */
void cairn_environment_note(char **envp);

/* The value of a variable, NULL when it is unset or empty. Always NULL in a set-uid or set-gid program,
 * which does not heed its caller. Programs overwrite their environment: whoever needs the value later
 * copies it at start. Does not allocate. */
const char *cairn_environment(const char *name);

CAIRN_EXTERN_C_END

#endif /* CAIRN_BASE_ENVIRONMENT_H_ */
