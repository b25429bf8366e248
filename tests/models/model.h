/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs models of Cairn's lock-free parts in Relacy, which tries interleavings of their threads together with
 * every reordering that the C11 memory model allows for the orders given.
 *
 * A model is a template over a struct of rules: the memory orders, and the steps that matter, just as the code
 * has them. Each model has variants with one rule weakened that have to fail; so the model shows that it would
 * see the mistake.
 */
#ifndef CAIRN_TESTS_MODELS_MODEL_H_
#define CAIRN_TESTS_MODELS_MODEL_H_

#include <iostream>

#include <gtest/gtest.h>

#include <relacy/relacy.hpp>

/* Relacy has macros with these names, which we and googletest need as they were. */
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert
#undef errno

/* Relacy replaces the operators of C++11, of which this one, younger, has to be a pair. Not inline, as those are
 * not: a model is one file. */
void operator delete(void *ptr, size_t) noexcept
{
    operator delete(ptr);
}

namespace cairn_test {

constexpr rl::iteration_t kSchedules = 300000;

/* Tries random schedules, the same in each run, and tells what came of it on log, which must not allocate. */
template <typename Model> rl::test_result_e Explore(std::ostream &log)
{
    rl::test_params params;
    params.iteration_count = kSchedules;
    params.output_stream = &log;
    params.progress_stream = &log;
    rl::simulate<Model>(params);
    return params.test_result;
}

/* If not, the schedule that fails is on standard output. */
template <typename Model> testing::AssertionResult IsSound()
{
    rl::test_result_e result = Explore<Model>(std::cout);
    return result == rl::test_result_success
               ? testing::AssertionSuccess()
               : testing::AssertionFailure() << rl::test_result_str(result);
}

/* Whether it fails, and in just this way. */
template <typename Model> testing::AssertionResult IsFoundFaulty(rl::test_result_e expected)
{
    std::ostream nowhere(nullptr);
    rl::test_result_e result = Explore<Model>(nowhere);
    return result == expected ? testing::AssertionSuccess()
                              : testing::AssertionFailure() << rl::test_result_str(result);
}

} // namespace cairn_test

#endif /* CAIRN_TESTS_MODELS_MODEL_H_ */
