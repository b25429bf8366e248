// SPDX-License-Identifier: Apache-2.0
// What the C++ compiler compiles in the real-program test, and then the program that runs: templates that make many
// types, and containers of them that allocate.

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

extern "C" unsigned tables(unsigned seed);

namespace {

// A block of its own size class, so that each instance is its own type with its own destructor.
template <std::size_t Size> struct Stone {
    std::array<std::uint8_t, Size> bytes{};
    explicit Stone(unsigned seed)
    {
        for (auto &byte : bytes) {
            seed = seed * 1664525u + 1013904223u;
            byte = static_cast<std::uint8_t>(seed >> 24);
        }
    }
    unsigned weight() const
    {
        return std::accumulate(bytes.begin(), bytes.end(), 0u);
    }
};

template <typename... Types> struct Heap {
    using Any = std::variant<std::unique_ptr<Types>...>;
    std::vector<Any> blocks;

    template <std::size_t... Index> void pile(unsigned seed, std::index_sequence<Index...>)
    {
        (blocks.emplace_back(std::in_place_index<Index>, std::make_unique<Types>(seed + Index)),
         ...);
    }
    void pile(unsigned seed)
    {
        pile(seed, std::index_sequence_for<Types...>{});
    }

    unsigned weight() const
    {
        unsigned sum = 0;
        for (const auto &block : blocks)
            std::visit([&](const auto &stone) { sum = sum * 31 + (stone ? stone->weight() : 1); },
                       block);
        return sum;
    }
    void drop_every(std::size_t step)
    {
        for (std::size_t i = 0; i < blocks.size(); i += step)
            std::visit([](auto &stone) { stone.reset(); }, blocks[i]);
    }
};

template <std::size_t... Index>
auto heap_of(std::index_sequence<Index...>) -> Heap<Stone<16 + 16 * Index>...>;
using Cairn = decltype(heap_of(std::make_index_sequence<12>{}));

// A sum that the compiler works out, one instantiation for each step.
template <unsigned Number, unsigned... Rest>
struct Digits : Digits<Number / 10, Number % 10, Rest...> {
};
template <unsigned... Rest> struct Digits<0, Rest...> {
    static constexpr unsigned sum = (Rest + ... + 0);
};
template <unsigned... Numbers>
constexpr unsigned digits(std::integer_sequence<unsigned, Numbers...>)
{
    return (Digits<Numbers * 7919>::sum + ...);
}

template <typename Key, typename Value, template <typename...> class Map>
unsigned fill(std::function<std::pair<Key, Value>(unsigned)> make, unsigned count)
{
    Map<Key, std::vector<Value>> map;
    for (unsigned i = 0; i < count; i++) {
        auto [key, value] = make(i);
        map[key].push_back(value);
    }
    std::vector<std::tuple<std::size_t, Key>> sizes;
    for (const auto &[key, values] : map)
        sizes.emplace_back(values.size(), key);
    std::sort(sizes.begin(), sizes.end(), std::greater<>{});
    return static_cast<unsigned>(std::get<0>(sizes.front()) * 1000 + sizes.size());
}

template <template <typename...> class Map> void fill_all(const char *name)
{
    std::cout
        << name << ' '
        << fill<std::string, int, Map>(
               [](unsigned i) {
                   return std::pair{std::string(i % 97, 'x') + std::to_string(i % 251), int(i)};
               },
               60000)
        << ' '
        << fill<unsigned, std::string, Map>(
               [](unsigned i) {
                   return std::pair{i * 2654435761u % 1009, std::to_string(i)};
               },
               60000)
        << '\n';
}

void in_four_threads(const std::function<void(unsigned)> &run)
{
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; i++)
        threads.emplace_back(run, i);
    for (auto &thread : threads)
        thread.join();
}

} // namespace

int main()
{
    Cairn cairn;
    for (unsigned seed = 0; seed < 300; seed++)
        cairn.pile(seed);
    std::cout << "heap " << cairn.blocks.size() << ' ' << cairn.weight();
    cairn.drop_every(3);
    std::cout << ' ' << cairn.weight() << '\n';

    std::cout << "digits " << digits(std::make_integer_sequence<unsigned, 200>{}) << '\n';
    fill_all<std::map>("map");
    fill_all<std::unordered_map>("unordered_map");

    // Each thread makes and destroys at once with the others; what is left, another thread destroys.
    std::vector<unsigned> weights(4);
    std::vector<Cairn> made(4);
    in_four_threads([&](unsigned i) {
        for (unsigned n = 0; n < 600; n++) {
            Cairn passing;
            for (unsigned seed = 0; seed < 4; seed++)
                passing.pile(seed * i);
            weights[i] = weights[i] * 31 + passing.weight();
            made[i].pile(n * i);
        }
    });
    in_four_threads([&](unsigned i) {
        weights[i] ^= made[3 - i].weight();
        made[3 - i] = {};
    });
    std::cout << "threads " << weights[0] << ' ' << weights[1] << ' ' << weights[2] << ' '
              << weights[3] << '\n';

    std::cout << "tables " << tables(1) << ' ' << tables(2) << '\n';
}
