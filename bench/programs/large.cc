// SPDX-License-Identifier: Apache-2.0
// A real program's input for //bench: a large C++ file, most of whose size is headers and what templates become.
#include <algorithm>
#include <any>
#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <queue>
#include <random>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace {

// A type of its own for each N, so that every template below is instantiated as often.
template <int N> struct Key {
    std::string name;
    std::array<int, N % 7 + 1> parts{};

    bool operator<(const Key &other) const
    {
        return std::tie(name, parts) < std::tie(other.name, other.parts);
    }
    bool operator==(const Key &other) const
    {
        return name == other.name && parts == other.parts;
    }
};

template <int N> struct Hash {
    std::size_t operator()(const Key<N> &key) const
    {
        return std::accumulate(key.parts.begin(), key.parts.end(),
                               std::hash<std::string>()(key.name));
    }
};

template <int N>
using Value = std::variant<int, double, std::string, std::vector<Key<N>>, std::shared_ptr<Key<N>>>;

template <int N> class Store {
  public:
    void Add(Key<N> key, Value<N> value)
    {
        unordered_[key] = value;
        order_.push_back(key);
        ordered_.emplace(std::move(key), std::move(value));
    }

    template <typename Visitor> void Visit(Visitor visitor) const
    {
        for (const auto &[key, value] : ordered_) {
            std::visit([&](const auto &held) { visitor(key, held); }, value);
        }
    }

    std::vector<Key<N>> Sorted() const
    {
        std::vector<Key<N>> keys(order_.begin(), order_.end());
        std::stable_sort(keys.begin(), keys.end(),
                         [](const auto &a, const auto &b) { return b < a; });
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        return keys;
    }

    std::optional<Value<N>> Find(const Key<N> &key) const
    {
        auto found = unordered_.find(key);
        return found == unordered_.end() ? std::nullopt : std::optional<Value<N>>(found->second);
    }

  private:
    std::map<Key<N>, Value<N>> ordered_;
    std::unordered_map<Key<N>, Value<N>, Hash<N>> unordered_;
    std::deque<Key<N>> order_;
};

template <int N> struct Printer {
    std::ostringstream &out;

    template <typename T> void operator()(const Key<N> &key, const T &held)
    {
        out << std::setw(10) << key.name << '=';
        if constexpr (std::is_arithmetic_v<T>) {
            out << held;
        } else if constexpr (std::is_same_v<T, std::string>) {
            out << std::quoted(held);
        } else if constexpr (std::is_same_v<T, std::shared_ptr<Key<N>>>) {
            out << (held ? held->name : "none");
        } else {
            std::transform(held.begin(), held.end(), std::ostream_iterator<std::string>(out, ","),
                           [](const auto &one) { return one.name; });
        }
    }
};

template <int N> std::string Work(std::mt19937 &random)
{
    Store<N> store;
    std::priority_queue<std::pair<int, Key<N>>> queue;
    std::uniform_int_distribution<int> draw(0, N + 10);
    for (int i = 0; i < N + 10; i++) {
        Key<N> key{std::to_string(draw(random)), {i}};
        queue.emplace(draw(random), key);
        store.Add(key, i % 2 ? Value<N>(std::make_shared<Key<N>>(key))
                             : Value<N>(std::vector<Key<N>>{key}));
    }
    std::set<Key<N>> seen;
    std::list<std::function<bool(const Key<N> &)>> filters;
    filters.push_back([&seen](const Key<N> &key) { return seen.insert(key).second; });
    filters.push_back([&store](const Key<N> &key) { return store.Find(key).has_value(); });
    for (; !queue.empty(); queue.pop()) {
        std::all_of(filters.begin(), filters.end(),
                    [&](const auto &keeps) { return keeps(queue.top().second); });
    }
    std::ostringstream out;
    store.Visit(Printer<N>{out});
    auto later = std::async(std::launch::deferred, [&store] { return store.Sorted().size(); });
    return out.str() + std::to_string(later.get());
}

template <int... N> std::string WorkOnAll(std::integer_sequence<int, N...>)
{
    std::mt19937 random(1);
    return (Work<N>(random) + ...);
}

} // namespace

int main()
{
    std::string text = WorkOnAll(std::make_integer_sequence<int, 1>());
    std::regex pattern("([a-z]+)=([0-9]+)", std::regex::icase);
    std::cout << text << std::distance(std::sregex_iterator(text.begin(), text.end(), pattern), {})
              << '\n';
}
