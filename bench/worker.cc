/* SPDX-License-Identifier: Apache-2.0
 *
 * The measured process: runs one case on its heap (see heap.h) and prints JSON.
 * bench.py starts one for each case, allocator and round, so that no case inherits another's heap.
 *
 *   worker --list                     the cases that this heap can serve, as JSON
 *   worker --expect=HEAP              nothing but the check that the heap is HEAP, mostly a library
 *   worker --expect=HEAP --case=NAME --seconds=S
 *   worker --expect=HEAP --memory=NAME
 */
#include <benchmark/benchmark.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cases.h"
#include "bench/heap.h"
#include "bench/memory.h"

namespace {

constexpr int kUsageError = 2;
constexpr int kOtherAllocator = 3;

struct Options {
    bool list = false;
    const char *expect = nullptr;
    const char *case_name = nullptr;
    const char *memory = nullptr;
    double seconds = 0.1;
};

bool Take(const char *argument, const char *option, const char *&value)
{
    size_t length = strlen(option);
    if (strncmp(argument, option, length) != 0) {
        return false;
    }
    value = argument + length;
    return true;
}

bool Parse(int argc, char **argv, Options &options)
{
    for (int i = 1; i < argc; i++) {
        const char *seconds = nullptr;
        if (strcmp(argv[i], "--list") == 0) {
            options.list = true;
        } else if (Take(argv[i], "--seconds=", seconds)) {
            options.seconds = atof(seconds);
        } else if (!Take(argv[i], "--expect=", options.expect) &&
                   !Take(argv[i], "--case=", options.case_name) &&
                   !Take(argv[i], "--memory=", options.memory)) {
            fprintf(stderr, "cairn: bench: the worker knows no %s\n", argv[i]);
            return false;
        }
    }
    return options.list || options.expect != nullptr;
}

bool IsServed(const bench::Case &row)
{
    return bench::kForThreads || bench::IsForOneThread(row);
}

void List()
{
    const char *separator = "";
    printf("{\"compiler\": \"%s\", \"glibc\": \"%s\", \"cases\": [", __VERSION__,
           gnu_get_libc_version());
    for (size_t i = 0; i < bench::kCaseCount; i++) {
        const bench::Case &row = bench::kCases[i];
        if (!IsServed(row)) {
            continue;
        }
        printf("%s\n{\"name\": \"%s\", \"group\": \"%s\", \"slow\": %s}", separator, row.name,
               row.group, row.slow ? "true" : "false");
        separator = ",";
    }
    printf("], \"memory\": [");
    bench::ListMemoryCases();
    printf("]}\n");
}

const bench::Case *Find(const char *name)
{
    for (size_t i = 0; i < bench::kCaseCount; i++) {
        if (strcmp(bench::kCases[i].name, name) == 0 && IsServed(bench::kCases[i])) {
            return &bench::kCases[i];
        }
    }
    return nullptr;
}

int RunCase(char *program, const bench::Case &row, double seconds)
{
    char format[] = "--benchmark_format=json";
    char *arguments[] = {program, format, nullptr};
    int count = 2;
    benchmark::Initialize(&count, arguments);
    auto *registered = benchmark::RegisterBenchmark(
        row.name, [&row](benchmark::State &state) { row.run(state, row); });
    registered->MinTime(seconds);
    if (row.clock == bench::Clock::kWall) {
        registered->UseRealTime();
    } else if (row.clock == bench::Clock::kProcess) {
        registered->MeasureProcessCPUTime();
    }
    return benchmark::RunSpecifiedBenchmarks() == 1 ? 0 : 1;
}

int NoSuchCase(const char *name)
{
    fprintf(stderr, "cairn: bench: the worker has no case '%s'\n", name);
    return kUsageError;
}

} /* namespace */

int main(int argc, char **argv)
{
    Options options;
    if (!Parse(argc, argv, options)) {
        return kUsageError;
    }
    if (options.list) {
        List();
        return 0;
    }
    if (!bench::OpenHeap(options.expect)) {
        return kOtherAllocator;
    }
    if (options.memory != nullptr) {
        return bench::MeasureMemory(options.memory) ? 0 : NoSuchCase(options.memory);
    }
    if (options.case_name != nullptr) {
        const bench::Case *row = Find(options.case_name);
        return row ? RunCase(argv[0], *row, options.seconds) : NoSuchCase(options.case_name);
    }
    return 0;
}
