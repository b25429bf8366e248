/* SPDX-License-Identifier: Apache-2.0
 *
 * mimalloc's functions from its shared library, opened at run time: to link it would make it the
 * malloc of the whole process. Opened on its own, its malloc is seen by nobody, itself included.
 */
#include <dlfcn.h>

#include "cairn/allocators/mimalloc/mimalloc.h"
#include "cairn/base/lock.h"

cairn_mimalloc_table cairn_mimalloc_functions;

static cairn_lock lock;

static const char *const file_names[] = {"libmimalloc.so.2", "libmimalloc.so.2.0"};

static void *open_library(void)
{
    void *library = NULL;
    for (size_t i = 0; library == NULL && i < sizeof file_names / sizeof file_names[0]; i++) {
        /* For good: exit handlers and the ends of threads lead into it. */
        library = dlopen(file_names[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    }
    return library;
}

/* Puts the address of a function into a pointer to one; false if there is none. */
static bool find(void *library, const char *name, void *pointer)
{
    void *address = dlsym(library, name);
    memcpy(pointer, &address, sizeof address);
    return address != NULL;
}

static bool find_functions(void *library, cairn_mimalloc_table *out)
{
    return find(library, "mi_malloc", &out->allocate) &&
           find(library, "mi_zalloc", &out->allocate_zeroed) &&
           find(library, "mi_malloc_aligned", &out->allocate_aligned) &&
           find(library, "mi_free", &out->release) &&
           find(library, "mi_usable_size", &out->usable_size) &&
           find(library, "mi_is_in_heap_region", &out->is_in_heap_region) &&
           find(library, "mi_collect", &out->collect) &&
           find(library, "mi_stats_merge", &out->merge_statistics) &&
           find(library, "mi_process_info", &out->process_info) &&
           find(library, "mi_version", &out->version);
}

static bool find_all(cairn_mimalloc_table *out, const char **error)
{
    int saved = errno;
    void *library = open_library();
    bool found = library != NULL && find_functions(library, out);
    errno = saved;
    if (library == NULL) {
        *error = "libmimalloc.so.2 was not found; install Debian's libmimalloc2.0";
    } else if (!found) {
        *error = "libmimalloc.so.2 lacks functions that version 2.0 has";
    }
    return found;
}

bool cairn_mimalloc_is_available(const char **error)
{
    cairn_mimalloc_table found;
    return cairn_mimalloc_is_loaded() || find_all(&found, error);
}

/* What the loader itself allocates meanwhile comes from the fallback. */
bool cairn_mimalloc_load(const char **error)
{
    cairn_lock_acquire(&lock);
    bool is_loaded = cairn_mimalloc_functions.is_loaded;
    if (!is_loaded) {
        is_loaded = find_all(&cairn_mimalloc_functions, error);
        __atomic_store_n(&cairn_mimalloc_functions.is_loaded, is_loaded, __ATOMIC_RELEASE);
    }
    cairn_lock_release(&lock);
    return is_loaded;
}
