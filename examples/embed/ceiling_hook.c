/* SPDX-License-Identifier: Apache-2.0
 *
 * The option of the hook "ceiling", and its face for stacks that are put together at run time.
 */
#include "ceiling_hook.h"

#include "cairn/base/options.h"

CAIRN_DEFINE_HOOK(ceiling, "ceiling", false)

bool ceiling_open(ceiling_state *state, const char *options, const char **error)
{
    char text[CAIRN_OPTION_TEXT_MAX];
    *error = "the hook ceiling needs bytes=N, as in bytes=64M";
    return cairn_option_find(options, "bytes", text, sizeof text) &&
           cairn_parse_bytes(text, &state->bytes);
}
