/* SPDX-License-Identifier: Apache-2.0
 *
 * Says which memory of an allocator nobody may use, to the tool that watches the program: ASan, MSan, Valgrind's
 * memcheck, or none, and then all of this is nothing. One of the poison_*.h files answers (poison_marks.h).
 *
 * The rules, for allocators:
 *   - What comes from an arena provider is not poisoned, and goes back to it so.
 *   - Free memory is poisoned, all of it, before it is put where another thread can find it. A block that is
 *     handed out is unpoisoned as far as it was asked for; the rest of its room, its slack, stays poisoned.
 *   - Whoever wants to know how much of a block may be used may use that: cairn_layer_usable_size unpoisons the
 *     slack. Layers that only count ask cairn_layer_room, which does not.
 *   - Records of pools, arenas and regions are poisoned too. The files that use them stand between
 *     CAIRN_RECORDS_BEGIN and CAIRN_RECORDS_END, and their functions that others call say CAIRN_RECORDS_SCOPE
 *     first. They do not read or write other memory that may be poisoned by way of memcpy or memset.
 *   - Links that are written into free blocks go through cairn_link_read and cairn_link_write.
 *
 * Each file defines
 *   cairn_poison(ptr, bytes)            nobody may use this
 *   cairn_poison_records(ptr, bytes)    nobody but files that say so
 *   cairn_unpoison(ptr, bytes)          may be used; the contents mean nothing
 *   cairn_unpoison_defined(ptr, bytes)  may be used; the contents are what they should be
 *   cairn_unpoison_rest(ptr, bytes)     may be used; what might be used before keeps its contents, what follows it
 *                                       has none
 * and for blocks, of size bytes in a room of so many,
 *   cairn_poison_block_out(block, size, room)      handed out; was poisoned
 *   cairn_poison_block_out_defined(block, size)    the same, with contents
 *   cairn_poison_block_resized(block, size, room)  has another size in the same place
 *   cairn_poison_block_in(block, room)             is back
 * and for readers of what may be no block at all, such as a hook that looks for damage,
 *   cairn_poison_load(from)             eight bytes at any address, poisoned or not
 *   CAIRN_IS_WATCHED                    whether there is a tool: a constant, for what only it needs to be found out
 *   CAIRN_UNWATCHED                     in front of a function that may touch what is poisoned
 * None of them fails, and all may be called by any thread for memory that is its own.
 */
#ifndef CAIRN_BASE_POISON_H_
#define CAIRN_BASE_POISON_H_

#include "cairn/base/poison_marks.h"

#endif /* CAIRN_BASE_POISON_H_ */
