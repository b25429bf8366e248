/* SPDX-License-Identifier: Apache-2.0
 *
 * Calling a C++ program's new handler from C.
 */
#ifndef CAIRN_DOMAINS_LIBC_NEW_HANDLER_H_
#define CAIRN_DOMAINS_LIBC_NEW_HANDLER_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

typedef void (*cairn_new_handler)(void);

/* Calls the handler. What it throws goes through, if that is allowed; else it is caught, and the answer
 * is false, as the forms of operator new that do not throw need it. */
bool cairn_call_new_handler(cairn_new_handler handler, bool may_throw);

CAIRN_EXTERN_C_END

#endif /* CAIRN_DOMAINS_LIBC_NEW_HANDLER_H_ */
