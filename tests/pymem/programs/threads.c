/* SPDX-License-Identifier: Apache-2.0
 *
 * raw from many threads at once, with a hook on it (clauses A1.3, A8.1).
 */
#include <Python.h>

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 2000 };

static PyMemAllocatorEx before;
static long calls;
static long live;

static void *count(void *block)
{
    __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&live, block != NULL, __ATOMIC_RELAXED);
    return block;
}

static void *count_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return count(before.malloc(before.ctx, size));
}

static void *count_calloc(void *ctx, size_t nelem, size_t elsize)
{
    (void)ctx;
    return count(before.calloc(before.ctx, nelem, elsize));
}

static void *count_realloc(void *ctx, void *ptr, size_t new_size)
{
    (void)ctx;
    __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
    return before.realloc(before.ctx, ptr, new_size);
}

static void count_free(void *ctx, void *ptr)
{
    (void)ctx;
    __atomic_fetch_add(&calls, 1, __ATOMIC_RELAXED);
    __atomic_fetch_sub(&live, ptr != NULL, __ATOMIC_RELAXED);
    before.free(before.ctx, ptr);
}

static void *run(void *arg)
{
    long *right = arg;
    for (int i = 0; i < ROUNDS; i++) {
        char *a = PyMem_RawMalloc((size_t)i + 1);
        memset(a, i & 127, (size_t)i + 1);
        char *b = PyMem_RawCalloc(3, (size_t)i + 1);
        a = PyMem_RawRealloc(a, 2 * (size_t)i + 1);
        *right += a[i] == (i & 127) && b[i] == 0;
        PyMem_RawFree(b);
        PyMem_RawFree(a);
    }
    return NULL;
}

int main(void)
{
    PyMemAllocatorEx hook = {NULL, count_malloc, count_calloc, count_realloc, count_free};
    pthread_t threads[THREADS];
    long right[THREADS] = {0}, sum = 0;
    PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &before);
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &hook);
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, run, &right[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        sum += right[i];
    }
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &before);
    printf("%ld rounds were right, %ld calls, %ld live\n", sum, calls, live);
    return 0;
}
