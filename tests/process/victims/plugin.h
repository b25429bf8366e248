/* SPDX-License-Identifier: Apache-2.0
 *
 * The one function of the library that dlopen.c loads.
 */
#ifndef CAIRN_TESTS_PROCESS_VICTIMS_PLUGIN_H_
#define CAIRN_TESTS_PROCESS_VICTIMS_PLUGIN_H_

#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Frees the caller's block and gives it one of its own. */
void *plugin_exchange(void *from_caller, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* CAIRN_TESTS_PROCESS_VICTIMS_PLUGIN_H_ */
