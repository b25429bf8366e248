/* SPDX-License-Identifier: Apache-2.0
 *
 * What the cases work on: tables outside the measured heap, fixed-seed random numbers, and the
 * distributions that block sizes are drawn from.
 */
#ifndef CAIRN_BENCH_DATA_H_
#define CAIRN_BENCH_DATA_H_

#include <stddef.h>
#include <stdint.h>

namespace bench {

/* Zeroed memory straight from the system, resident from the start: the harness's own data neither
 * stands between the measured blocks nor faults in the middle of a measurement. */
void *MapPages(size_t bytes);
void UnmapPages(void *pages, size_t bytes);

template <typename T> class Table {
  public:
    explicit Table(size_t count)
        : count_(count), items_(static_cast<T *>(MapPages(count * sizeof(T))))
    {
    }
    ~Table()
    {
        UnmapPages(items_, count_ * sizeof(T));
    }
    Table(const Table &) = delete;
    Table &operator=(const Table &) = delete;

    T &operator[](size_t i)
    {
        return items_[i];
    }
    const T &operator[](size_t i) const
    {
        return items_[i];
    }
    size_t count() const
    {
        return count_;
    }

  private:
    size_t count_;
    T *items_;
};

/* Marsaglia's xorshift64 with a multiplication: about one nanosecond, and the same numbers for
 * every allocator. */
class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u | 1)
    {
    }

    uint32_t Next()
    {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return static_cast<uint32_t>((state_ * 0x2545F4914F6CDD1Du) >> 32);
    }

    /* Below limit, which is less than 2^32. */
    size_t Below(size_t limit)
    {
        return static_cast<size_t>((uint64_t{Next()} * limit) >> 32);
    }

    /* From 0 to just below 1. */
    double Fraction()
    {
        return Next() * 0x1p-32;
    }

  private:
    uint64_t state_;
};

enum class Shape {
    kFixed,      /* low */
    kUniform,    /* low to high, each size equally often */
    kLogUniform, /* low to high, each power of two equally often */
    kMixed,      /* what programs ask for: log-normal around 48 in 8..512, one in 50 up to 4 KiB */
    kEverything, /* kMixed, one in 10 of 1 to 32 KiB, one in 200 of 64 KiB to 1 MiB */
};

struct Sizes {
    Shape shape;
    size_t low;
    size_t high;
};

constexpr size_t kKiB = 1024;
constexpr size_t kMiB = 1024 * kKiB;

constexpr Sizes Fixed(size_t size)
{
    return {Shape::kFixed, size, size};
}
constexpr Sizes Uniform(size_t low, size_t high)
{
    return {Shape::kUniform, low, high};
}
constexpr Sizes LogUniform(size_t low, size_t high)
{
    return {Shape::kLogUniform, low, high};
}
constexpr Sizes Mixed()
{
    return {Shape::kMixed, 8, 4 * kKiB};
}
constexpr Sizes Everything()
{
    return {Shape::kEverything, 8, kMiB};
}

/* Sizes drawn beforehand and then handed out in turn, so that drawing costs next to nothing. */
class SizeStream {
  public:
    explicit SizeStream(const Sizes &sizes, uint64_t seed = 1);
    size_t Next()
    {
        return drawn_[next_++ % kDrawn];
    }

  private:
    static constexpr size_t kDrawn = 4096;
    Table<uint32_t> drawn_;
    size_t next_ = 0;
};

/* Fills order with 0 to count-1, shuffled. */
void Shuffle(Table<uint32_t> &order, Random &random);

} /* namespace bench */

#endif /* CAIRN_BENCH_DATA_H_ */
