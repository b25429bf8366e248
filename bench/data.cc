/* SPDX-License-Identifier: Apache-2.0
 *
 * Draws sizes and orders, and gets the harness's own tables from the system.
 */
#include "bench/data.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>

namespace bench {

void *MapPages(size_t bytes)
{
    void *pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (pages == MAP_FAILED) {
        perror("cairn: bench: mmap");
        _Exit(1);
    }
    return pages;
}

void UnmapPages(void *pages, size_t bytes)
{
    munmap(pages, bytes);
}

namespace {

double DrawUniform(double low, double high, Random &random)
{
    return low + random.Fraction() * (high + 1 - low);
}

double DrawLogUniform(double low, double high, Random &random)
{
    return low * std::pow(high / low, random.Fraction());
}

/* A sum of 12 uniform numbers is near enough to a normal one. */
double DrawNormal(Random &random)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        sum += random.Fraction();
    }
    return sum;
}

double DrawMixed(Random &random)
{
    if (random.Below(50) == 0) {
        return DrawUniform(513, 4 * kKiB, random);
    }
    return std::clamp(48 * std::exp(0.9 * DrawNormal(random)), 8.0, 512.0);
}

double DrawEverything(Random &random)
{
    size_t kind = random.Below(200);
    if (kind == 0) {
        return DrawLogUniform(64 * kKiB, kMiB, random);
    }
    return kind <= 20 ? DrawUniform(kKiB, 32 * kKiB, random) : DrawMixed(random);
}

double Draw(const Sizes &sizes, Random &random)
{
    const double low = static_cast<double>(sizes.low);
    const double high = static_cast<double>(sizes.high);
    switch (sizes.shape) {
    case Shape::kFixed:
        return low;
    case Shape::kUniform:
        return DrawUniform(low, high, random);
    case Shape::kLogUniform:
        return DrawLogUniform(low, high, random);
    case Shape::kMixed:
        return DrawMixed(random);
    case Shape::kEverything:
        return DrawEverything(random);
    }
    abort();
}

} /* namespace */

SizeStream::SizeStream(const Sizes &sizes, uint64_t seed) : drawn_(kDrawn)
{
    Random random(seed);
    for (size_t i = 0; i < kDrawn; i++) {
        drawn_[i] = static_cast<uint32_t>(Draw(sizes, random));
    }
}

void Shuffle(Table<uint32_t> &order, Random &random)
{
    for (size_t i = 0; i < order.count(); i++) {
        size_t j = random.Below(i + 1);
        order[i] = order[j];
        order[j] = static_cast<uint32_t>(i);
    }
}

} /* namespace bench */
