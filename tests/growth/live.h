/* SPDX-License-Identifier: Apache-2.0
 *
 * What live.c counts: one heap, linked in.
 */
#ifndef CAIRN_TESTS_GROWTH_LIVE_H_
#define CAIRN_TESTS_GROWTH_LIVE_H_

#include <stddef.h>

void *heap_malloc(size_t size);
void heap_free(void *block);

#endif /* CAIRN_TESTS_GROWTH_LIVE_H_ */
