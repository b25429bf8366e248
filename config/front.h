/* SPDX-License-Identifier: Apache-2.0
 *
 * What the configuration behind the flag //config offers a tool that lists it.
 */
#ifndef CAIRN_CONFIG_FRONT_H_
#define CAIRN_CONFIG_FRONT_H_

#include "cairn/config/start.h"

CAIRN_EXTERN_C_BEGIN

extern const cairn_startup *const cairn_front_startup;

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_FRONT_H_ */
