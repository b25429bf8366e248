/* SPDX-License-Identifier: Apache-2.0
 *
 * What a fuzz target defines, and engines call: libFuzzer's interface, which others have taken over.
 */
#ifndef CAIRN_FUZZ_ENGINE_TARGET_H_
#define CAIRN_FUZZ_ENGINE_TARGET_H_

#include <stddef.h>
#include <stdint.h>

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

/* Runs one input, which must leave nothing behind. Returns 0; a finding ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Called once before, if a target has it. */
__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv);

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_ENGINE_TARGET_H_ */
