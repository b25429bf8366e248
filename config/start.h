/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens once, in the constructor: the environment is read and the domains are given their
 * stacks.
 */
#ifndef CAIRN_CONFIG_START_H_
#define CAIRN_CONFIG_START_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* The exit status of a program whose configuration cannot be had. */
enum { CAIRN_EXIT_CONFIGURATION = 125 };

/* False, in a weak definition. A program that only reads the tables of parts, as the cairn command does,
 * defines it as true: then the environment, which is meant for the programs that it starts, is not
 * read. (Not a weak reference: gold gives a hidden one the address where the program was loaded. Not
 * const: gcc would use the value that it sees.) */
extern bool cairn_start_without_environment;

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_START_H_ */
