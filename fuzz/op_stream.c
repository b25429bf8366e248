/* SPDX-License-Identifier: Apache-2.0
 *
 * Decoding: a table of how often each kind comes, and which arguments it has.
 */
#include "cairn/fuzz/op_stream.h"

#include <string.h>

enum {
    TAKES_PLACE = 1 << 0,
    TAKES_BLOCK = 1 << 1,
    TAKES_SIZE = 1 << 2,
    TAKES_ALIGNMENT = 1 << 3,
    TAKES_COUNT = 1 << 4,
};

typedef struct kind_entry {
    uint8_t weight; /* of 64 */
    uint8_t takes;
} kind_entry;

/* Beyond the sum, it is ALLOCATE. */
static const kind_entry entries[CAIRN_FUZZ_KINDS] = {
    [CAIRN_FUZZ_ALLOCATE] = {8, TAKES_PLACE | TAKES_SIZE},
    [CAIRN_FUZZ_ALLOCATE_MANY] = {5, TAKES_PLACE | TAKES_SIZE | TAKES_COUNT},
    [CAIRN_FUZZ_ZEROED] = {4, TAKES_PLACE | TAKES_SIZE | TAKES_COUNT},
    [CAIRN_FUZZ_ALIGNED] = {4, TAKES_PLACE | TAKES_SIZE | TAKES_ALIGNMENT},
    [CAIRN_FUZZ_RESIZE] = {7, TAKES_BLOCK | TAKES_SIZE},
    [CAIRN_FUZZ_FREE] = {8, TAKES_BLOCK},
    [CAIRN_FUZZ_FREE_MANY] = {4, TAKES_BLOCK | TAKES_COUNT},
    [CAIRN_FUZZ_WRITE] = {1, TAKES_BLOCK},
    [CAIRN_FUZZ_VERIFY] = {1, 0},
    [CAIRN_FUZZ_QUERY] = {2, TAKES_BLOCK},
    [CAIRN_FUZZ_CHECK] = {1, TAKES_PLACE},
    [CAIRN_FUZZ_TRIM] = {2, TAKES_PLACE},
    [CAIRN_FUZZ_STATISTICS] = {2, TAKES_PLACE},
    [CAIRN_FUZZ_WALK] = {1, TAKES_PLACE},
    [CAIRN_FUZZ_FAIL] = {2, TAKES_PLACE | TAKES_COUNT | TAKES_BLOCK},
    [CAIRN_FUZZ_PUT_HOOK] = {3, TAKES_PLACE | TAKES_COUNT},
    [CAIRN_FUZZ_REMOVE_HOOK] = {2, TAKES_PLACE | TAKES_COUNT},
    [CAIRN_FUZZ_SWITCH] = {1, TAKES_PLACE | TAKES_COUNT},
    [CAIRN_FUZZ_CLOCK] = {1, TAKES_SIZE},
    [CAIRN_FUZZ_END_THREAD] = {1, TAKES_COUNT},
    [CAIRN_FUZZ_FORK] = {1, TAKES_COUNT},
};

cairn_fuzz_stream cairn_fuzz_stream_of(const uint8_t *data, size_t size, unsigned most_ops)
{
    cairn_fuzz_stream stream = {data, data + size, most_ops};
    return stream;
}

uint8_t cairn_fuzz_byte(cairn_fuzz_stream *stream)
{
    return stream->at < stream->end ? *stream->at++ : 0;
}

static unsigned two_bytes(cairn_fuzz_stream *stream)
{
    unsigned low = cairn_fuzz_byte(stream);
    return low | (unsigned)cairn_fuzz_byte(stream) << 8;
}

/* The second byte's high bits say of which magnitude. */
size_t cairn_fuzz_size(cairn_fuzz_stream *stream)
{
    static const size_t impossible[8] = {
        CAIRN_FUZZ_IMPOSSIBLE, PTRDIFF_MAX,     PTRDIFF_MAX + (size_t)1,
        SIZE_MAX / 2 + 512,    SIZE_MAX - 4095, SIZE_MAX - 15,
        SIZE_MAX - 1,          SIZE_MAX,
    };
    unsigned value = two_bytes(stream);
    unsigned low = value & 0x1fff;
    switch (value >> 13) {
    case 0:
    case 1:
    case 2:
        return low % 545; /* around the 512 bytes of pools */
    case 3:
        return low;
    case 4:
        return (size_t)low * 16; /* to 128 KiB */
    case 5:
        return (size_t)(low & 63) * 16384 + (low >> 6) - 64; /* around multiples of a granule */
    case 6:
        return (size_t)low * 512; /* to 4 MiB */
    default:
        return low < 0x1e00   ? low % 545
               : low < 0x1f00 ? ((size_t)32 << 20) + (size_t)(low & 255) * 8191
                              : impossible[low & 7];
    }
}

/* Mostly powers of two, a few of them large. */
static size_t an_alignment(cairn_fuzz_stream *stream)
{
    unsigned value = cairn_fuzz_byte(stream);
    if (value >= 232 && value < 240) {
        return (size_t)1 << (value - 212);
    }
    return value < 240 ? (size_t)1 << (value % 17) : (value & 1) != 0 ? value : 0;
}

static cairn_fuzz_kind kind_of(unsigned number)
{
    for (unsigned kind = 0; kind < CAIRN_FUZZ_KINDS; kind++) {
        if (number < entries[kind].weight) {
            return (cairn_fuzz_kind)kind;
        }
        number -= entries[kind].weight;
    }
    return CAIRN_FUZZ_ALLOCATE;
}

bool cairn_fuzz_next(cairn_fuzz_stream *stream, cairn_fuzz_op *out)
{
    memset(out, 0, sizeof *out);
    if (stream->at == stream->end || stream->ops_left == 0) {
        return false;
    }
    stream->ops_left--;
    unsigned first = cairn_fuzz_byte(stream);
    out->kind = kind_of(first & 63);
    out->thread = first >> 6;
    unsigned takes = entries[out->kind].takes;
    out->place = (takes & TAKES_PLACE) != 0 ? cairn_fuzz_byte(stream) : 0;
    out->block = (takes & TAKES_BLOCK) != 0 ? two_bytes(stream) : 0;
    out->size = (takes & TAKES_SIZE) != 0 ? cairn_fuzz_size(stream) : 0;
    out->alignment = (takes & TAKES_ALIGNMENT) != 0 ? an_alignment(stream) : 0;
    out->count = (takes & TAKES_COUNT) != 0 ? cairn_fuzz_byte(stream) : 0;
    return true;
}
