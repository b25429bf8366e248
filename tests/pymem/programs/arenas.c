/* SPDX-License-Identifier: Apache-2.0
 *
 * Arena allocators: by value, own ctx, and what was asked for is what is given back (clauses A4.1, A4.2,
 * A4.4). One of them pads, keeps its own bytes in front and so gives memory without alignment.
 */
#include <Python.h>

#include <stdint.h>

enum { KEPT = 64, FRONT = 10 };

typedef struct {
    PyObjectArenaAllocator next;
    int allocs;
    int frees;
    int strangers; /* given back, but never asked for */
    void *live[KEPT];
    size_t sizes[KEPT];
} Counter;

static void *count_alloc(void *ctx, size_t size)
{
    Counter *counter = ctx;
    char *memory = counter->next.alloc(counter->next.ctx, size + FRONT);
    if (memory == NULL) {
        return NULL;
    }
    for (int i = 0; i < KEPT; i++) {
        if (counter->live[i] == NULL) {
            counter->live[i] = memory + FRONT;
            counter->sizes[i] = size;
            break;
        }
    }
    counter->allocs++;
    return memory + FRONT;
}

static void count_free(void *ctx, void *ptr, size_t size)
{
    Counter *counter = ctx;
    for (int i = 0; i < KEPT; i++) {
        if (counter->live[i] == ptr && counter->sizes[i] == size) {
            counter->live[i] = NULL;
            counter->frees++;
            counter->next.free(counter->next.ctx, (char *)ptr - FRONT, size + FRONT);
            return;
        }
    }
    counter->strangers++;
}

/* Enough for several arenas. */
enum { BLOCKS = 70000 };
static void *blocks[BLOCKS];

static void fill(void)
{
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = PyObject_Malloc(400);
        memset(blocks[i], i & 127, 400);
    }
}

static void empty(void)
{
    int right = 0;
    for (int i = 0; i < BLOCKS; i++) {
        right += ((char *)blocks[i])[399] == (i & 127);
        PyObject_Free(blocks[i]);
    }
    printf("%d blocks kept their bytes\n", right);
}

int main(void)
{
    static Counter counter;
    PyObjectArenaAllocator now, table = {&counter, count_alloc, count_free};
    PyObject_GetArenaAllocator(&counter.next);
    printf("there %d\n", counter.next.alloc != NULL && counter.next.free != NULL);
    void *memory = counter.next.alloc(counter.next.ctx, 1 << 20);
    memset(memory, 1, 1 << 20);
    counter.next.free(counter.next.ctx, memory, 1 << 20);

    PyObject_SetArenaAllocator(&table);
    memset(&table, 0xEE, sizeof table);
    PyObject_GetArenaAllocator(&now);
    printf("set %d\n", now.ctx == &counter && now.alloc == count_alloc && now.free == count_free);
    fill();
    empty();
    printf("more than one arena %d, some came back %d, all as they were %d\n", counter.allocs > 1,
           counter.frees > 0 && counter.frees <= counter.allocs, counter.strangers == 0);

    PyObject_SetArenaAllocator(&now);
    PyObject_GetArenaAllocator(&table);
    printf("the same %d\n", memcmp(&now, &table, sizeof now) == 0);
    return 0;
}
