/* SPDX-License-Identifier: Apache-2.0
 *
 * How much memory an allocator holds for what the program has: one row of the table in memory.cc.
 */
#ifndef CAIRN_BENCH_MEMORY_H_
#define CAIRN_BENCH_MEMORY_H_

#include <stddef.h>

namespace bench {

/* Prints them as elements of a JSON array. */
void ListMemoryCases();

/* Prints one JSON object; false when there is no case of that name. */
bool MeasureMemory(const char *name);

} /* namespace bench */

#endif /* CAIRN_BENCH_MEMORY_H_ */
