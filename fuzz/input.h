/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads an input as numbers and texts. An input that has come to its end gives zeroes.
 */
#ifndef CAIRN_FUZZ_INPUT_H_
#define CAIRN_FUZZ_INPUT_H_

#include <string.h>

#include "cairn/base/compiler.h"

typedef struct fuzz_input {
    const uint8_t *at;
    size_t left;
} fuzz_input;

CAIRN_INLINE uint8_t fuzz_byte(fuzz_input *input)
{
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->at++;
}

/* Of so many bytes, 8 at most. */
CAIRN_INLINE uint64_t fuzz_number(fuzz_input *input, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++) {
        value = value << 8 | fuzz_byte(input);
    }
    return value;
}

/* 0 to limit - 1, from one byte up to 256 and from two above. */
CAIRN_INLINE size_t fuzz_below(fuzz_input *input, size_t limit)
{
    return (size_t)fuzz_number(input, limit <= 256 ? 1 : 2) % limit;
}

/* Up to the next zero byte or the end, cut where there is no room; returns the length. */
CAIRN_INLINE size_t fuzz_text(fuzz_input *input, char *out, size_t capacity)
{
    size_t length = 0;
    for (uint8_t byte = fuzz_byte(input); byte != 0; byte = fuzz_byte(input)) {
        if (length < capacity - 1) {
            out[length++] = (char)byte;
        }
    }
    out[length] = '\0';
    return length;
}

#endif /* CAIRN_FUZZ_INPUT_H_ */
