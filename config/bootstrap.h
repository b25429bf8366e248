/* SPDX-License-Identifier: Apache-2.0
 *
 * libc's malloc for programs that have allocated before the configuration was known.
 *
 * Until the constructor has read the environment, blocks come from the stack "default", without
 * hooks: the bootstrap generation. Presets over libc must go on resizing and freeing those blocks;
 * they are told apart by address, never by a byte in front of them.
 */
#ifndef CAIRN_CONFIG_BOOTSTRAP_H_
#define CAIRN_CONFIG_BOOTSTRAP_H_

#include "cairn/allocators/allocator.h"

CAIRN_EXTERN_C_BEGIN

extern const cairn_layer cairn_system_behind_bootstrap;

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_BOOTSTRAP_H_ */
