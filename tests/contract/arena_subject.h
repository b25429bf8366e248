/* SPDX-License-Identifier: Apache-2.0
 *
 * What the arena suite runs on. The suite is compiled once; each binary defines AllArenas.
 */
#ifndef CAIRN_TESTS_CONTRACT_ARENA_SUBJECT_H_
#define CAIRN_TESTS_CONTRACT_ARENA_SUBJECT_H_

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "cairn/allocators/arena.h"

namespace cairn_test {

struct ArenaSubject {
    std::string name;
    std::function<cairn_arena_source()> make; /* called once for each test */
};

inline void PrintTo(const ArenaSubject &arena, std::ostream *out)
{
    *out << arena.name;
}

const std::vector<ArenaSubject> &AllArenas();

} // namespace cairn_test

#endif /* CAIRN_TESTS_CONTRACT_ARENA_SUBJECT_H_ */
