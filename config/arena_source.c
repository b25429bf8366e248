/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the arenas of a configuration come from, while it runs.
 */
#include "cairn/config/preset.h"

bool cairn_preset_arena_source_get(const cairn_preset *preset, cairn_arena_source *out)
{
    if (preset->get_arena_source == NULL) {
        return false;
    }
    *out = preset->get_arena_source();
    return true;
}

cairn_status cairn_preset_arena_source_set(const cairn_preset *preset, cairn_arena_source source)
{
    if (source.provider.alloc == NULL || source.provider.free == NULL) {
        return CAIRN_INVALID;
    }
    if (preset->set_arena_source == NULL) {
        return CAIRN_REFUSED;
    }
    if (source.more == NULL) {
        source.more = &cairn_arena_nothing_more;
    }
    return preset->set_arena_source(source) ? CAIRN_OK : CAIRN_NO_MEMORY;
}
