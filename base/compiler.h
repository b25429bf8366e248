/* SPDX-License-Identifier: Apache-2.0
 *
 * What differs between compilers and builds, under one set of names. This is one of the few files
 * in which preprocessor conditionals are allowed; everything else is chosen by Bazel as a file.
 */
#ifndef CAIRN_BASE_COMPILER_H_
#define CAIRN_BASE_COMPILER_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAIRN_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define CAIRN_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* A body that must disappear into its caller: the "one body" of a part. */
#define CAIRN_INLINE static inline __attribute__((always_inline))

/* Kept out of hot functions, so that those stay small and need no stack frame. */
#define CAIRN_SLOW_PATH __attribute__((noinline, cold))

/* The same size, of which the compiler knows no bounds. Where it knows that few bytes are copied or set it makes
 * a string instruction of memcpy or memset, which takes longer to start than the C library's functions take. */
CAIRN_INLINE size_t cairn_unbounded(size_t size)
{
    __asm__("" : "+r"(size));
    return size;
}

/* Generated files have functions that not every one of them needs. */
#define CAIRN_UNUSED __attribute__((unused))

#define CAIRN_EXPORT __attribute__((visibility("default")))
#define CAIRN_WEAK __attribute__((weak))
#define CAIRN_ALIGNED(bytes) __attribute__((aligned(bytes)))
#define CAIRN_PRINTF(format_index, first_argument)                                                 \
    __attribute__((format(printf, format_index, first_argument)))

/* Thread-local storage that is reached without a call. Its size counts against the loader's small
 * reserve for libraries that are opened late, so keep it to a few cache lines in all. */
#define CAIRN_THREAD_LOCAL __thread __attribute__((tls_model("initial-exec")))

/* Tells the processor that this is a waiting loop. */
#if defined(__x86_64__) || defined(__i386__)
#define CAIRN_PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define CAIRN_PAUSE() __asm__ volatile("yield")
#else
#define CAIRN_PAUSE() __asm__ volatile("" ::: "memory")
#endif

#ifdef __cplusplus
#define CAIRN_EXTERN_C_BEGIN extern "C" {
#define CAIRN_EXTERN_C_END }
#define CAIRN_STATIC_ASSERT(condition, sentence) static_assert(condition, sentence)
#else
#define CAIRN_EXTERN_C_BEGIN
#define CAIRN_EXTERN_C_END
#define CAIRN_STATIC_ASSERT(condition, sentence) _Static_assert(condition, sentence)
#endif

/* Whether this translation unit is instrumented by a tool that brings its own malloc. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAIRN_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define CAIRN_SANITIZED 1
#endif
#endif
#ifndef CAIRN_SANITIZED
#define CAIRN_SANITIZED 0
#endif

#endif /* CAIRN_BASE_COMPILER_H_ */
