/* SPDX-License-Identifier: Apache-2.0
 *
 * The header of a block, or of what was taken for one, as far as it can be read.
 */
#ifndef CAIRN_HOOKS_DEBUG_HEADER_H_
#define CAIRN_HOOKS_DEBUG_HEADER_H_

#include "cairn/hooks/debug/debug_internal.h"

typedef struct debug_header {
    bool is_readable;
    uint64_t size_word;
    uint64_t word; /* as in memory */
    uint64_t data; /* the first bytes of the user's part, as in memory */
} debug_header;

debug_header debug_read_header(const char *user);

uint8_t debug_header_id(const debug_header *header);

/* Whether all leading pads are there, so that the id is one. */
bool debug_header_has_pads(const debug_header *header);

/* Whether the block is all dead bytes, as a freed one: the layers below may have put links of their own over
 * the header, not over what follows it. */
bool debug_header_looks_freed(const debug_header *header);

/* Whether it is a header that was written over, in part. */
bool debug_header_looks_written(const debug_header *header, const char *user);

#endif /* CAIRN_HOOKS_DEBUG_HEADER_H_ */
