/* SPDX-License-Identifier: Apache-2.0
 *
 * One mapping, handed out from its start on.
 */
#include "cairn/fuzz/permanent.h"

#include <string.h>
#include <sys/mman.h>

#include "cairn/base/check.h"
#include "cairn/base/math.h"

enum { LINE = 64, KEPT_BYTES = 256 << 10, REMEMBERED = 64 };

static char *memory;
static size_t used;
static size_t pieces;
static struct {
    const void *start;
    size_t bytes;
} last_pieces[REMEMBERED];

void *cairn_permanent_alloc(size_t bytes)
{
    if (memory == NULL) {
        memory = mmap(NULL, FUZZ_PERMANENT_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        CAIRN_CHECK(memory != MAP_FAILED, "no memory for a fuzz target");
    }
    if (bytes > FUZZ_PERMANENT_BYTES - used) {
        return NULL;
    }
    void *result = memory + used;
    used += cairn_min(cairn_align_up(bytes, LINE), FUZZ_PERMANENT_BYTES - used);
    last_pieces[pieces % REMEMBERED].start = result;
    last_pieces[pieces++ % REMEMBERED].bytes = bytes;
    return result;
}

size_t fuzz_permanent_bytes(const void *piece)
{
    for (size_t i = 0; i < REMEMBERED; i++) {
        if (last_pieces[i].start == piece) {
            return last_pieces[i].bytes;
        }
    }
    return 0;
}

void fuzz_permanent_reset(void)
{
    if (used > KEPT_BYTES) {
        madvise(memory, FUZZ_PERMANENT_BYTES, MADV_DONTNEED);
    } else if (used > 0) {
        memset(memory, 0, used);
    }
    used = 0;
    memset(last_pieces, 0, sizeof last_pieces);
}
