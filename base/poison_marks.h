/* SPDX-License-Identifier: Apache-2.0
 *
 * Which tool poison.h speaks to: the sanitizer that the compiler was told to use, by the compiler's own macros, so
 * that a plain --copt=-fsanitize=address is enough. Bazel chooses another file of this name by //base:poison.
 */
#ifndef CAIRN_BASE_POISON_MARKS_H_
#define CAIRN_BASE_POISON_MARKS_H_

#if defined(__SANITIZE_ADDRESS__)
#include "cairn/base/poison_asan.h"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include "cairn/base/poison_asan.h"
#elif __has_feature(memory_sanitizer)
#include "cairn/base/poison_msan.h"
#else
#include "cairn/base/poison_none.h"
#endif
#else
#include "cairn/base/poison_none.h"
#endif

#endif /* CAIRN_BASE_POISON_MARKS_H_ */
