/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads JSON strictly and finds numbers in it by path, to hold our reports to the standard.
 */
#ifndef CAIRN_TESTS_SUPPORT_JSON_H_
#define CAIRN_TESTS_SUPPORT_JSON_H_

#include <map>
#include <string>

namespace cairn_test {

/* Every number and string of the text by its path: "arenas.live", "classes[0].size". */
struct Json {
    bool is_valid = false;
    std::map<std::string, long> numbers;
    std::map<std::string, std::string> strings;

    /* The number at a path; fails the test when there is none. */
    long at(const std::string &path) const;
};

Json ParseJson(const std::string &text);

} // namespace cairn_test

#endif /* CAIRN_TESTS_SUPPORT_JSON_H_ */
