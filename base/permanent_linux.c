/* SPDX-License-Identifier: Apache-2.0
 *
 * Permanent memory: a first piece inside the library, so that most programs map nothing for it, then
 * whole mappings.
 */
#include <errno.h>
#include <sys/mman.h>

#include "cairn/base/lock.h"
#include "cairn/base/math.h"
#include "cairn/base/permanent.h"

enum { LINE = 64, FIRST_BYTES = 8192, MORE_BYTES = 1 << 16 };

static char first_piece[FIRST_BYTES] CAIRN_ALIGNED(LINE);
static cairn_lock lock;
static char *next = first_piece;
static size_t left = FIRST_BYTES;

static bool map_more(size_t bytes)
{
    int saved = errno;
    size_t length = cairn_align_up(cairn_max(bytes, MORE_BYTES), MORE_BYTES);
    void *piece = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    errno = saved;
    if (piece == MAP_FAILED) {
        return false;
    }
    next = piece;
    left = length;
    return true;
}

void *cairn_permanent_alloc(size_t bytes)
{
    void *memory = NULL;
    bytes = cairn_align_up(bytes, LINE);
    cairn_lock_acquire(&lock);
    if (bytes <= left || map_more(bytes)) {
        memory = next;
        next += bytes;
        left -= bytes;
    }
    cairn_lock_release(&lock);
    return memory;
}
