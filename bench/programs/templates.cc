// SPDX-License-Identifier: Apache-2.0
// A real program's input for //bench: C++ that keeps the compiler's own allocator busy.
#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

template <int N> struct Level {
    using Below = Level<N - 1>;
    std::map<std::string, std::tuple<int, std::vector<double>, Level<N - 1> *>> children;
    std::variant<int, std::string, std::vector<Below>> value;
    std::function<void(Level &)> visit;

    int Count() const
    {
        int count = static_cast<int>(children.size());
        for (const auto &[name, child] : children) {
            count += std::get<2>(child)->Count() + static_cast<int>(name.size());
        }
        return count;
    }
};

template <> struct Level<0> {
    int Count() const
    {
        return 1;
    }
};

int CountAll(const Level<8> &top)
{
    return top.Count();
}

bool Matches(const std::string &text)
{
    static const std::regex pattern("([a-z]+)-([0-9]+)");
    return std::regex_search(text, pattern);
}
