/* SPDX-License-Identifier: Apache-2.0
 *
 * The run-time face of the hook.
 */
#include "tests/static/tally.h"

CAIRN_DEFINE_HOOK(tally, "tally", false)
