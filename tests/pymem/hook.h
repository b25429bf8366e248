/* SPDX-License-Identifier: Apache-2.0
 *
 * A hook by CPython's names that counts calls.
 */
#ifndef CAIRN_TESTS_PYMEM_HOOK_H_
#define CAIRN_TESTS_PYMEM_HOOK_H_

#include "cairn/domains/pymem.h"

namespace cairn_test {

/* A hook over what serves a domain, or a replacement for it; it keeps the size of the last request. */
struct Hook {
    explicit Hook(PyMemAllocatorDomain of) : domain(of)
    {
        PyMem_GetAllocator(domain, &next);
        Install();
    }

    Hook(PyMemAllocatorDomain of, PyMemAllocatorEx instead) : domain(of), next(instead)
    {
        Install();
    }

    void Install()
    {
        PyMemAllocatorEx table = {this, Malloc, Calloc, Realloc, Free};
        PyMem_SetAllocator(domain, &table);
    }

    static void *Malloc(void *ctx, size_t size)
    {
        Hook *self = static_cast<Hook *>(ctx);
        self->calls++;
        self->size = size;
        return self->fails ? nullptr : self->next.malloc(self->next.ctx, size);
    }

    static void *Calloc(void *ctx, size_t count, size_t size)
    {
        Hook *self = static_cast<Hook *>(ctx);
        self->calls++;
        return self->next.calloc(self->next.ctx, count, size);
    }

    static void *Realloc(void *ctx, void *ptr, size_t size)
    {
        Hook *self = static_cast<Hook *>(ctx);
        self->calls++;
        return self->next.realloc(self->next.ctx, ptr, size);
    }

    /* NULL goes no further, as in many a hook. */
    static void Free(void *ctx, void *ptr)
    {
        Hook *self = static_cast<Hook *>(ctx);
        self->calls++;
        if (ptr != nullptr) {
            self->next.free(self->next.ctx, ptr);
        }
    }

    void Remove()
    {
        PyMem_SetAllocator(domain, &next);
    }

    PyMemAllocatorDomain domain;
    PyMemAllocatorEx next;
    size_t calls = 0;
    size_t size = 0;
    bool fails = false;
};

} // namespace cairn_test

#endif /* CAIRN_TESTS_PYMEM_HOOK_H_ */
