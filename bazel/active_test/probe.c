/* SPDX-License-Identifier: Apache-2.0
 *
 * Preloaded into a program by cairn_active_test: writes who serves malloc and its relatives to
 * whom in this process, tries them, and ends the process before main().
 *
 * Lines of tab-separated fields, objects by their number in the loader's order (0 the program, -1
 * none): object N PATH, name NAME FIRST NEXT, slot N NAME SERVER, try NAME, block NAME VERDICT, end.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

enum { BLOCK_SIZE = 200 };

const char *const probe_names[] = {
    "malloc",     "calloc",           "realloc",       "free",
    "memalign",   "posix_memalign",   "aligned_alloc", "malloc_usable_size",
    OPERATOR_NEW, OPERATOR_NEW_ARRAY, OPERATOR_DELETE, OPERATOR_DELETE_ARRAY,
    NULL,
};

static uintptr_t first(const char *name)
{
    return (uintptr_t)dlsym(RTLD_DEFAULT, name);
}

static void write_name(const char *name)
{
    report_kind("name");
    report_field(name);
    report_number(probe_object_of(first(name)));
    report_number(probe_object_of((uintptr_t)dlsym(RTLD_NEXT, name)));
    report_end_line();
}

static void *allocate(const char *name)
{
    void *block = NULL;
    uintptr_t function = first(name);
    if (strcmp(name, "calloc") == 0) {
        return ((void *(*)(size_t, size_t))function)(1, BLOCK_SIZE);
    }
    if (strcmp(name, "realloc") == 0) {
        block = ((void *(*)(void *, size_t))function)(NULL, 1);
        return ((void *(*)(void *, size_t))function)(block, BLOCK_SIZE);
    }
    if (strcmp(name, "posix_memalign") == 0) {
        ((int (*)(void **, size_t, size_t))function)(&block, sizeof(void *), BLOCK_SIZE);
        return block;
    }
    if (strcmp(name, "aligned_alloc") == 0 || strcmp(name, "memalign") == 0) {
        return ((void *(*)(size_t, size_t))function)(sizeof(void *), BLOCK_SIZE);
    }
    return ((void *(*)(size_t))function)(BLOCK_SIZE);
}

/* A block by one function: it can be written, has its size and is taken back by the other. */
static void try_block(const char *allocator, const char *deallocator)
{
    if (first(allocator) == 0 || first(deallocator) == 0) {
        return;
    }
    report_kind("try");
    report_field(allocator);
    report_end_line();
    void *block = allocate(allocator);
    uintptr_t usable_size = first("malloc_usable_size");
    const char *verdict = "fine";
    if (block == NULL) {
        verdict = "null";
    } else {
        memset(block, 1, BLOCK_SIZE);
        if (usable_size != 0 && ((size_t(*)(void *))usable_size)(block) < BLOCK_SIZE) {
            verdict = "small";
        }
        ((void (*)(void *))first(deallocator))(block);
    }
    report_kind("block");
    report_field(allocator);
    report_field(verdict);
    report_end_line();
}

static const char *report_path(char **environment)
{
    static const char variable[] = "CAIRN_ACTIVE_TEST_REPORT=";
    for (; environment != NULL && *environment != NULL; environment++) {
        if (strncmp(*environment, variable, sizeof variable - 1) == 0) {
            return *environment + sizeof variable - 1;
        }
    }
    return NULL;
}

/* The first constructor of all, before getenv() works: glibc gives it what main() gets. */
__attribute__((constructor)) static void probe(int argc, char **argv, char **environment)
{
    const char *path = report_path(environment);
    (void)argc;
    (void)argv;
    if (path == NULL || !report_open(path)) {
        return;
    }
    probe_write_objects();
    for (const char *const *each = probe_names; *each != NULL; each++) {
        write_name(*each);
    }
    probe_write_slots();
    try_block("malloc", "free");
    try_block("calloc", "free");
    try_block("realloc", "free");
    try_block("memalign", "free");
    try_block("posix_memalign", "free");
    try_block("aligned_alloc", "free");
    try_block(OPERATOR_NEW, OPERATOR_DELETE);
    try_block(OPERATOR_NEW_ARRAY, OPERATOR_DELETE_ARRAY);
    report_kind("end");
    report_end_line();
    _exit(0);
}
