/* SPDX-License-Identifier: Apache-2.0
 *
 * When a fake fails: at one call, or from one call on until another.
 */
#ifndef CAIRN_TESTS_SUPPORT_PLAN_H_
#define CAIRN_TESTS_SUPPORT_PLAN_H_

#include <cstddef>
#include <cstdint>

namespace cairn_test {

struct Plan {
    size_t calls = 0;        /* so far, the failed ones too; counted from 1 */
    size_t at = 0;           /* this call fails */
    size_t from = SIZE_MAX;  /* and all from this one on */
    size_t until = SIZE_MAX; /* up to this one, which succeeds */
    size_t failures = 0;

    bool Fails()
    {
        calls++;
        bool fails = calls == at || (calls >= from && calls < until);
        failures += fails ? 1 : 0;
        return fails;
    }

    void FailAt(size_t call)
    {
        *this = Plan();
        at = call;
    }

    void FailFrom(size_t call, size_t end = SIZE_MAX)
    {
        *this = Plan();
        from = call;
        until = end;
    }

    void Never()
    {
        *this = Plan();
    }
};

} // namespace cairn_test

#endif /* CAIRN_TESTS_SUPPORT_PLAN_H_ */
