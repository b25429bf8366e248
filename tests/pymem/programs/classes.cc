/* SPDX-License-Identifier: Apache-2.0
 *
 * The header in C++: a class that lives in the obj domain, an allocator for containers, the macros.
 */
#include <Python.h>

#include <new>
#include <vector>

namespace {

struct Point {
    double x, y;
    static void *operator new(size_t size)
    {
        void *block = PyObject_Malloc(size);
        if (block == nullptr) {
            throw std::bad_alloc();
        }
        return block;
    }
    static void operator delete(void *block)
    {
        PyObject_Free(block);
    }
};

template <class T> struct RawAllocator {
    using value_type = T;
    RawAllocator() = default;
    template <class U> RawAllocator(const RawAllocator<U> &)
    {
    }
    T *allocate(size_t n)
    {
        T *block = static_cast<T *>(PyMem_RawCalloc(n, sizeof(T)));
        if (block == nullptr) {
            throw std::bad_alloc();
        }
        return block;
    }
    void deallocate(T *block, size_t)
    {
        PyMem_RawFree(block);
    }
    template <class U> bool operator==(const RawAllocator<U> &) const
    {
        return true;
    }
    template <class U> bool operator!=(const RawAllocator<U> &) const
    {
        return false;
    }
};

} // namespace

int main()
{
    Point *point = new Point{1, 2};
    printf("%g\n", point->x + point->y);
    delete point;
    std::vector<int, RawAllocator<int>> numbers;
    long sum = 0;
    for (int i = 0; i < 1000; i++) {
        numbers.push_back(i);
    }
    for (int number : numbers) {
        sum += number;
    }
    printf("%ld\n", sum);
    int *some = PyMem_New(int, 10);
    PyMem_Resize(some, int, 20);
    printf("%d\n", some != nullptr);
    PyMem_Del(some);
    PyMemAllocatorEx table;
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &table);
    void *block = table.malloc(table.ctx, 10);
    block = table.realloc(table.ctx, block, 20);
    table.free(table.ctx, block);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &table);
    PyObjectArenaAllocator arena;
    PyObject_GetArenaAllocator(&arena);
    PyObject_SetArenaAllocator(&arena);
    printf("done\n");
    return 0;
}
