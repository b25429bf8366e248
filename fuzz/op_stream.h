/* SPDX-License-Identifier: Apache-2.0
 *
 * The language of the fuzzers that drive allocators: bytes decode to operations. Every input is a program:
 * there are no wrong ones, and what is missing at the end reads as zero.
 *
 * An operation is a byte, whose low six bits say what and whose high two bits on which thread, and its
 * arguments: a place (which of the layers under test), a block (its number among the live ones, modulo their
 * count), a size, an alignment, a count.
 */
#ifndef CAIRN_FUZZ_OP_STREAM_H_
#define CAIRN_FUZZ_OP_STREAM_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

typedef enum cairn_fuzz_kind {
    CAIRN_FUZZ_ALLOCATE,      /* place, size */
    CAIRN_FUZZ_ALLOCATE_MANY, /* place, size, count */
    CAIRN_FUZZ_ZEROED,        /* place, size, count: calloc, the product may overflow */
    CAIRN_FUZZ_ALIGNED,       /* place, size, alignment */
    CAIRN_FUZZ_RESIZE,        /* block, size */
    CAIRN_FUZZ_FREE,          /* block */
    CAIRN_FUZZ_FREE_MANY,     /* block, count */
    CAIRN_FUZZ_WRITE,         /* block: new contents */
    CAIRN_FUZZ_VERIFY,        /* the contents of all blocks */
    CAIRN_FUZZ_QUERY,         /* block: who owns it, where it starts, its size */
    CAIRN_FUZZ_CHECK,         /* place: its own walk over its structures */
    CAIRN_FUZZ_TRIM,          /* place */
    CAIRN_FUZZ_STATISTICS,    /* place */
    CAIRN_FUZZ_WALK,          /* place: all live blocks, by the layer's own account */
    CAIRN_FUZZ_FAIL, /* place, count, block: the provider fails from the n-th call on, so often */
    CAIRN_FUZZ_PUT_HOOK,    /* place, count: which */
    CAIRN_FUZZ_REMOVE_HOOK, /* place, count: which */
    CAIRN_FUZZ_SWITCH,      /* place, count: another stack for the domain */
    CAIRN_FUZZ_CLOCK,       /* size: so many milliseconds pass */
    CAIRN_FUZZ_END_THREAD,  /* count: which */
    CAIRN_FUZZ_FORK,        /* the rest happens in a child, too */
    CAIRN_FUZZ_KINDS,
} cairn_fuzz_kind;

typedef struct cairn_fuzz_op {
    cairn_fuzz_kind kind;
    unsigned thread; /* 0: the fuzzer's own */
    unsigned place;
    unsigned block;
    unsigned count; /* 0 to 255 */
    size_t size;
    size_t alignment;
} cairn_fuzz_op;

typedef struct cairn_fuzz_stream {
    const uint8_t *at;
    const uint8_t *end;
    unsigned ops_left;
} cairn_fuzz_stream;

/* What follows the first bytes is operations, at most so many. */
cairn_fuzz_stream cairn_fuzz_stream_of(const uint8_t *data, size_t size, unsigned most_ops);

/* The next byte, or 0. */
uint8_t cairn_fuzz_byte(cairn_fuzz_stream *stream);

/* A size: mostly small, some up to 4 MiB, a few above 32 MiB, a few from 2^62 on, which nobody has. */
size_t cairn_fuzz_size(cairn_fuzz_stream *stream);

/* Decodes the next operation; false at the end. */
bool cairn_fuzz_next(cairn_fuzz_stream *stream, cairn_fuzz_op *out);

/* Sizes from here on cannot be had. */
#define CAIRN_FUZZ_IMPOSSIBLE ((size_t)1 << (sizeof(size_t) * 8 - 2))

CAIRN_EXTERN_C_END

#endif /* CAIRN_FUZZ_OP_STREAM_H_ */
