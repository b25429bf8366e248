/* SPDX-License-Identifier: Apache-2.0
 *
 * A library to be loaded and unloaded: allocates in its constructors and destructors, and in the
 * destructors of its thread_local objects, and hands blocks across its border in both directions.
 */
#include "plugin.h"

#include <map>
#include <string>
#include <vector>

namespace {

struct Everything {
    std::map<int, std::string> names;
    std::vector<char *> blocks;

    Everything()
    {
        for (int i = 0; i < 50; i++) {
            names[i] = std::string(size_t(i) * 31, 'p');
            blocks.push_back(new char[size_t(i) * i * 10 + 1]);
        }
    }

    ~Everything()
    {
        names[1000] = std::string(5000, 'd');
        for (char *block : blocks) {
            delete[] block;
        }
    }
};

Everything everything;
thread_local Everything of_thread;

void *kept;

__attribute__((constructor)) void Load()
{
    kept = calloc(1, 20000);
}

__attribute__((destructor)) void Unload()
{
    free(realloc(kept, 40000));
}

} // namespace

void *plugin_exchange(void *from_caller, size_t size)
{
    of_thread.blocks.push_back(new char[100]);
    free(from_caller);
    return malloc(size);
}
