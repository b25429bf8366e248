/* SPDX-License-Identifier: Apache-2.0
 *
 * The budget itself, its option, and the hook's face for stacks that are put together at run time.
 */
#include "budget_hook.h"

#include "cairn/base/options.h"

CAIRN_DEFINE_HOOK(budget, "budget", false)

size_t budget_limit = SIZE_MAX;
int64_t budget_taken;

void budget_set(size_t bytes)
{
    __atomic_store_n(&budget_limit, bytes != 0 ? bytes : SIZE_MAX, __ATOMIC_RELAXED);
}

size_t budget_used(void)
{
    int64_t taken = __atomic_load_n(&budget_taken, __ATOMIC_RELAXED);
    return taken > 0 ? (size_t)taken : 0;
}

bool budget_open(budget_state *state, const char *options, const char **error)
{
    char text[CAIRN_OPTION_TEXT_MAX];
    size_t bytes = SIZE_MAX;
    bool has_option = cairn_option_find(options, "bytes", text, sizeof text);
    (void)state;
    if ((has_option && !cairn_parse_bytes(text, &bytes)) || (!has_option && *options != '\0')) {
        *error = "the hook budget takes bytes=N, as in bytes=64M";
        return false;
    }
    if (has_option) {
        budget_set(bytes);
    }
    return true;
}
