/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether functions come from the library that the driver means to measure.
 */
#ifndef CAIRN_BENCH_OVERRIDE_H_
#define CAIRN_BENCH_OVERRIDE_H_

#include <initializer_list>

namespace bench {

struct Function {
    const char *name;
    const void *address; /* NULL when it was not found */
};

/* True when all lie in library: a path, or the bare file name of a library that the loader finds.
 * Else says on stderr where the first that does not lies. */
bool AllIn(const char *library, std::initializer_list<Function> functions);

} /* namespace bench */

#endif /* CAIRN_BENCH_OVERRIDE_H_ */
