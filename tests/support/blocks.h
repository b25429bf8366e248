/* SPDX-License-Identifier: Apache-2.0
 *
 * Small things that most tests want: contents that can be verified, random numbers that are the
 * same in each run, and sizes that are smaller under a sanitizer.
 */
#ifndef CAIRN_TESTS_SUPPORT_BLOCKS_H_
#define CAIRN_TESTS_SUPPORT_BLOCKS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "cairn/base/compiler.h"

namespace cairn_test {

/* A count of repetitions: a tenth of it where every access costs ten times as much. */
constexpr size_t Often(size_t count)
{
    return CAIRN_SANITIZED ? count / 10 + 1 : count;
}

/* xorshift64*: the same numbers for the same seed, everywhere. */
class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1)
    {
    }

    uint64_t Next()
    {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return state_ * 0x2545F4914F6CDD1Du;
    }

    size_t Below(size_t end)
    {
        return static_cast<size_t>(Next() % end);
    }

  private:
    uint64_t state_;
};

/* Contents depend on the seed and the offset. Of longer blocks only some bytes and both ends are
 * written and compared. */
inline size_t Step(size_t size)
{
    return size <= 65536 ? 1 : size <= 1 << 20 ? 509 : 40961;
}

inline unsigned char PatternAt(uint64_t seed, size_t offset)
{
    return static_cast<unsigned char>((seed * 131 + offset) * 0x9E3779B1u >> 24 ^ offset);
}

inline void Fill(void *block, size_t size, uint64_t seed)
{
    auto *bytes = static_cast<unsigned char *>(block);
    for (size_t i = 0; i < size; i += Step(size)) {
        bytes[i] = PatternAt(seed, i);
    }
    if (size > 0) {
        bytes[size - 1] = PatternAt(seed, size - 1);
    }
}

/* filled is the size that Fill was called with; bytes up to kept are compared. */
inline bool Holds(const void *block, size_t filled, size_t kept, uint64_t seed)
{
    const auto *bytes = static_cast<const unsigned char *>(block);
    for (size_t i = 0; i < std::min(filled, kept); i += Step(filled)) {
        if (bytes[i] != PatternAt(seed, i)) {
            return false;
        }
    }
    return filled == 0 || kept < filled || bytes[filled - 1] == PatternAt(seed, filled - 1);
}

inline bool IsZero(const void *block, size_t size)
{
    const auto *bytes = static_cast<const unsigned char *>(block);
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

inline bool IsAligned(const void *ptr, size_t alignment)
{
    return (reinterpret_cast<uintptr_t>(ptr) & (alignment - 1)) == 0;
}

} // namespace cairn_test

#endif /* CAIRN_TESTS_SUPPORT_BLOCKS_H_ */
