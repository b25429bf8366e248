/* SPDX-License-Identifier: Apache-2.0
 *
 * A configuration with presets, arena providers and hooks that only note down which options they are given, after
 * the real parts' own readers have found them right.
 */
#ifndef CAIRN_FUZZ_START_PARTS_H_
#define CAIRN_FUZZ_START_PARTS_H_

#include "cairn/config/start.h"

extern cairn_startup *const fuzz_startup;

/* As built: choice says with which preset, and with or without a choice of it. */
void fuzz_parts_reset(uint8_t choice);

/* The options that a hook, "arena" or "preset" was given last. */
const char *fuzz_parts_given(const char *name);

#endif /* CAIRN_FUZZ_START_PARTS_H_ */
