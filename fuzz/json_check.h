/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a text is JSON, by RFC 8259: one value, and nothing else.
 */
#ifndef CAIRN_FUZZ_JSON_CHECK_H_
#define CAIRN_FUZZ_JSON_CHECK_H_

#include "cairn/base/compiler.h"

bool fuzz_is_json(const char *text);

#endif /* CAIRN_FUZZ_JSON_CHECK_H_ */
