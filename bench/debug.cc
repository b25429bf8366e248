/* SPDX-License-Identifier: Apache-2.0
 *
 * What the debug hook costs, beside CPython's: one table, a line for each sequence and each set of options,
 * with the nanoseconds that the hook adds to what the same sequence takes without it. CPython's are those of
 * PYTHONMALLOC=pymalloc and pymalloc_debug, in a libpython that is opened when the program starts; both sides are
 * measured in turns, and the lowest of the rounds counts, since other programs only add to them.
 *
 *   tools/bazel run //bench:debug
 */
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <vector>

#include "bench/bench_debug_check.h"
#include "bench/bench_debug_compat.h"
#include "bench/bench_debug_default.h"
#include "bench/bench_debug_index.h"
#include "bench/bench_debug_off.h"
#include "bench/bench_debug_serial.h"
#include "bench/bench_static.h"
#include "bench/data.h"

namespace {

using bench::Random;

constexpr int kRounds = 15;
constexpr const char *kPython = "libpython3.11.so.1.0";

struct Calls {
    const char *name;
    void *(*malloc)(size_t size);
    void *(*realloc)(void *block, size_t size);
    void (*free)(void *block);
    bool is_filled; /* new blocks hold 0xCD */
    bool is_slow;   /* takes a hundredth of the work */
};

#define CAIRN_CALLS(name, config, is_filled, is_slow)                                              \
    {                                                                                              \
        name, config##_obj_malloc, config##_obj_realloc, config##_obj_free, is_filled, is_slow     \
    }

const Calls kCairn = CAIRN_CALLS("Cairn", bench_static, false, false);
const Calls kOptions[] = {
    CAIRN_CALLS("quarantine=0", bench_debug_off, true, false),
    CAIRN_CALLS("(none: quarantine=256K)", bench_debug_default, true, false),
    CAIRN_CALLS("quarantine=0:serial=1", bench_debug_serial, true, false),
    CAIRN_CALLS("quarantine=0:index=1", bench_debug_index, true, false),
    CAIRN_CALLS("compat=1", bench_debug_compat, true, false),
    CAIRN_CALLS("check=100", bench_debug_check, true, true),
};

/* CPython's functions, and the tables of its object domain with and without hooks. */
struct Table {
    void *ctx;
    void *functions[4];
};

struct Python {
    void *(*malloc)(size_t size);
    void *(*realloc)(void *block, size_t size);
    void (*free)(void *block);
    void (*get)(int domain, Table *out);
    void (*set)(int domain, const Table *in);
    void (*set_up_hooks)();
    Table plain, hooked;
};

constexpr int kObjectDomain = 2;

template <typename Pointer> void Find(void *library, const char *name, Pointer &function)
{
    function = reinterpret_cast<Pointer>(dlsym(library, name));
    if (function == nullptr) {
        fprintf(stderr, "cairn: bench: %s has no %s\n", kPython, name);
        exit(1);
    }
}

bool OpenPython(Python *python)
{
    void *library = dlopen(kPython, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        fprintf(stderr,
                "cairn: bench: CPython is skipped: %s; run 'apt-get install libpython3.11'\n",
                dlerror());
        return false;
    }
    Find(library, "PyObject_Malloc", python->malloc);
    Find(library, "PyObject_Realloc", python->realloc);
    Find(library, "PyObject_Free", python->free);
    Find(library, "PyMem_GetAllocator", python->get);
    Find(library, "PyMem_SetAllocator", python->set);
    Find(library, "PyMem_SetupDebugHooks", python->set_up_hooks);
    python->get(kObjectDomain, &python->plain);
    python->set_up_hooks();
    python->get(kObjectDomain, &python->hooked);
    return true;
}

double Now()
{
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

void *New(const Calls &calls, size_t size)
{
    auto *block = static_cast<volatile char *>(calls.malloc(size));
    block[size - 1] = 1;
    return const_cast<char *>(block);
}

/* All return nanoseconds for each operation of theirs. */
double Pairs(const Calls &calls, size_t size, size_t times)
{
    double start = Now();
    for (size_t i = 0; i < times; i++) {
        calls.free(New(calls, size));
    }
    return (Now() - start) / static_cast<double>(times);
}

double Pairs16(const Calls &calls, size_t times)
{
    return Pairs(calls, 16, times);
}

double Pairs64(const Calls &calls, size_t times)
{
    return Pairs(calls, 64, times);
}

double Pairs400(const Calls &calls, size_t times)
{
    return Pairs(calls, 400, times);
}

/* Sizes up to 488 stay in pools under either hook. */
size_t AnySize(Random &random)
{
    return 1 + random.Below(488);
}

/* Of a thousand requests of at most 512 bytes that python3 made, in the three programs of bench/programs, how
 * many were for at most so many bytes. */
struct Share {
    unsigned upto;
    unsigned bytes;
};

constexpr Share kPython3[] = {{30, 16},   {281, 32},  {383, 48},  {794, 64},
                              {929, 80},  {935, 96},  {937, 112}, {960, 128},
                              {968, 144}, {987, 160}, {995, 256}, {1000, 480}};

size_t SizeAsPython(Random &random)
{
    const Share *share = kPython3;
    for (size_t pick = random.Below(1000); share->upto <= pick; share++) {
    }
    return share->bytes - random.Below(16);
}

/* Of a thousand live blocks one is replaced at random. */
template <size_t (*Size)(Random &)> double Replaces(const Calls &calls, size_t times)
{
    std::vector<void *> blocks(1000);
    std::vector<size_t> sizes(times + blocks.size());
    Random random(1);
    for (size_t &size : sizes) {
        size = Size(random);
    }
    const size_t *size = sizes.data();
    for (void *&block : blocks) {
        block = New(calls, *size++);
    }
    double start = Now();
    for (size_t i = 0; i < times; i++) {
        void *&block = blocks[random.Below(blocks.size())];
        calls.free(block);
        block = New(calls, *size++);
    }
    double spent = Now() - start;
    for (void *block : blocks) {
        calls.free(block);
    }
    return spent / static_cast<double>(times);
}

double Grows(const Calls &calls, size_t times)
{
    double start = Now();
    size_t steps = 0;
    for (size_t i = 0; i < times / 30; i++) {
        void *block = New(calls, 8);
        for (size_t size = 24; size <= 480; size += 16, steps++) {
            block = calls.realloc(block, size);
        }
        calls.free(block);
    }
    return (Now() - start) / static_cast<double>(steps);
}

struct Sequence {
    const char *name;
    double (*run)(const Calls &calls, size_t times);
};

const Sequence kSequences[] = {
    {"malloc and free, 16 bytes", Pairs16},
    {"malloc and free, 64 bytes", Pairs64},
    {"malloc and free, 400 bytes", Pairs400},
    {"replace one of 1000, sizes as python3 asks", Replaces<SizeAsPython>},
    {"replace one of 1000, 1-488", Replaces<AnySize>},
    {"realloc to 480 by 16", Grows},
};

/* Else a figure would be of something else. */
void ExpectFilled(const Calls &calls)
{
    auto *block = static_cast<unsigned char *>(calls.malloc(16));
    bool is_filled = block[0] == 0xCD && block[15] == 0xCD;
    calls.free(block);
    if (is_filled != calls.is_filled) {
        fprintf(stderr, "cairn: bench: %s %s its blocks with 0xCD\n", calls.name,
                is_filled ? "fills" : "does not fill");
        exit(1);
    }
}

void Take(double *lowest, const Sequence &sequence, const Calls &calls)
{
    const size_t times = calls.is_slow ? 2000 : 200000;
    ExpectFilled(calls);
    sequence.run(calls, times / 10);
    *lowest = std::min(*lowest, sequence.run(calls, times));
}

constexpr size_t kOptionCount = sizeof kOptions / sizeof kOptions[0];

struct Row {
    double python = 1e9, python_hooked = 1e9, cairn = 1e9;
    std::vector<double> hooked = std::vector<double>(kOptionCount, 1e9);
};

Row Measure(const Sequence &sequence, Python *python)
{
    Row row;
    for (int round = 0; round < kRounds; round++) {
        if (python != nullptr) {
            Calls calls = {"CPython", python->malloc, python->realloc, python->free, false, false};
            python->set(kObjectDomain, &python->plain);
            Take(&row.python, sequence, calls);
            calls.is_filled = true;
            python->set(kObjectDomain, &python->hooked);
            Take(&row.python_hooked, sequence, calls);
        }
        Take(&row.cairn, sequence, kCairn);
        for (size_t i = 0; i < kOptionCount; i++) {
            Take(&row.hooked[i], sequence, kOptions[i]);
        }
    }
    return row;
}

/* So that the last lines may be read as one figure for all sequences. */
void Add(Row *total, const Row &row)
{
    total->python += row.python;
    total->python_hooked += row.python_hooked;
    total->cairn += row.cairn;
    for (size_t i = 0; i < kOptionCount; i++) {
        total->hooked[i] += row.hooked[i];
    }
}

void Print(const char *name, const Row &row, bool has_python)
{
    double theirs = row.python_hooked - row.python;
    printf("%s\n", name);
    if (has_python) {
        printf("  %-34s %8.1f %8.1f\n", "CPython, plain and with hooks", row.python,
               row.python_hooked);
        printf("  %-34s %8s %8.1f\n", "  added", "", theirs);
    }
    printf("  %-34s %8.1f\n", "Cairn, plain", row.cairn);
    for (size_t i = 0; i < kOptionCount; i++) {
        double ours = row.hooked[i] - row.cairn;
        printf("  debug %-28s %8.1f %8.1f", kOptions[i].name, row.hooked[i], ours);
        if (has_python) {
            printf(" %7.2f", ours / theirs);
        }
        printf("\n");
    }
}

} // namespace

int main()
{
    Python python;
    bool has_python = OpenPython(&python);
    printf("ns for each operation; then what the hook adds; then that for each ns that CPython's "
           "add\n\n");
    Row total = {0, 0, 0, std::vector<double>(kOptionCount)};
    for (const Sequence &sequence : kSequences) {
        Row row = Measure(sequence, has_python ? &python : nullptr);
        Print(sequence.name, row, has_python);
        fflush(stdout);
        Add(&total, row);
    }
    Print("one of each", total, has_python);
    return 0;
}
