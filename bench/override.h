/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether malloc is the allocator that the driver means to measure.
 */
#ifndef CAIRN_BENCH_OVERRIDE_H_
#define CAIRN_BENCH_OVERRIDE_H_

namespace bench {

/* True when malloc, calloc, realloc and free all lie in library: a path, or the bare file name of a
 * library that the loader finds. Else says on stderr where they do lie. */
bool AllocatorIs(const char *library);

} /* namespace bench */

#endif /* CAIRN_BENCH_OVERRIDE_H_ */
