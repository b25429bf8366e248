/* SPDX-License-Identifier: Apache-2.0
 *
 * What the contract suite runs on. The suite is compiled once; each binary defines AllSubjects.
 */
#ifndef CAIRN_TESTS_CONTRACT_SUBJECT_H_
#define CAIRN_TESTS_CONTRACT_SUBJECT_H_

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "cairn/allocators/allocator.h"
#include "cairn/tests/contract/table.h"

namespace cairn_test {

/* A layer for one test. Its destructor gives back what was made for it. */
struct Subject {
    cairn_layer layer;
    unsigned offers =
        0; /* CAIRN_OFFERS_: what the layer must have, and nothing else is looked at */
    size_t largest_owned =
        0;                  /* without CAIRN_OFFERS_ALL_OWNED: the largest block that owns knows */
    size_t room = SIZE_MAX; /* one block of so many bytes can be had; SIZE_MAX: no limit is known */
    bool is_quick = false;  /* one of many like it: less will do */
    std::vector<std::function<void()>> teardown; /* the last one first */

    ~Subject()
    {
        for (auto step = teardown.rbegin(); step != teardown.rend(); ++step) {
            (*step)();
        }
    }
};

struct SubjectFactory {
    std::string name;
    std::function<void(Subject *)> build;
};

inline void PrintTo(const SubjectFactory &factory, std::ostream *out)
{
    *out << factory.name;
}

const std::vector<SubjectFactory> &AllSubjects();

/* What a bare layer offers, by its optional table. */
unsigned OffersOf(cairn_layer layer);

} // namespace cairn_test

#endif /* CAIRN_TESTS_CONTRACT_SUBJECT_H_ */
