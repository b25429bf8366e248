/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocates, resizes and frees at every stage of a program's life: before any constructor, in
 * constructors of all priorities, in static objects, main, exit handlers, static destructors, and
 * destructors that run after Cairn's own. Each stage hands blocks on to all later ones.
 */
#include "victim.h"

#include <pthread.h>

#include <map>
#include <string>
#include <vector>

namespace {

constexpr size_t kSizes[] = {1, 24, 512, 513, 3000, 60000, 70000, 300000, 17000000};

constexpr int kKinds = sizeof kSizes / sizeof kSizes[0];

/* Blocks of one stage; filled by hand, since no constructor has run yet. */
struct Stage {
    void *blocks[kKinds][4];
};

enum { PREINIT, EARLIEST, EARLY, LATE, OBJECT, MAIN, HANDLER, DESTRUCTOR, LAST, STAGES };

Stage stages[STAGES];

void *Get(int how, size_t size)
{
    void *ptr = how == 0   ? malloc(size)
                : how == 1 ? calloc(1, size)
                : how == 2 ? aligned_alloc(64, size)
                           : realloc(nullptr, size);
    CHECK(ptr != nullptr);
    CHECK(how != 1 || is_zero(ptr, size));
    return ptr;
}

void Enter(int stage)
{
    for (int kind = 0; kind < kKinds; kind++) {
        for (int how = 0; how < 4; how++) {
            void *ptr = Get(how, kSizes[kind]);
            fill(ptr, kSizes[kind], unsigned(stage * 16 + how));
            CHECK(malloc_usable_size(ptr) >= kSizes[kind]);
            stages[stage].blocks[kind][how] = ptr;
        }
    }
}

/* Resizes half of a stage's blocks and frees the rest, so that a later stage can leave it again. */
void Leave(int stage)
{
    for (int kind = 0; kind < kKinds; kind++) {
        for (int how = 0; how < 4; how++) {
            void *&ptr = stages[stage].blocks[kind][how];
            size_t size = kSizes[kind];
            unsigned seed = unsigned(stage * 16 + how);
            if (ptr == nullptr) {
                continue;
            }
            CHECK(is_filled(ptr, size, seed));
            CHECK(malloc_usable_size(ptr) >= size);
            if (how % 2 == 0) {
                size_t larger = size * 2 + 100;
                ptr = realloc(ptr, larger);
                CHECK(ptr != nullptr);
                CHECK(is_filled(ptr, size < FILLED_END ? size : FILLED_END, seed));
                fill(ptr, larger, seed);
                ptr = realloc(ptr, size);
                CHECK(ptr != nullptr && is_filled(ptr, size, seed));
            } else {
                free(ptr);
                ptr = nullptr;
            }
        }
    }
}

void LeaveAllUpTo(int stage)
{
    for (int i = 0; i <= stage; i++) {
        Leave(i);
    }
}

void AtPreinit()
{
    Enter(PREINIT);
}

__attribute__((section(".preinit_array"), used)) void (*preinit)() = AtPreinit;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas" /* neither compiler knows all of these */
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Wprio-ctor-dtor"
/* Before and between Cairn's own, which have priorities 101 and 102. */
__attribute__((constructor(100))) void AtEarliest()
{
    Enter(EARLIEST);
}

__attribute__((destructor(100))) void AtLast()
{
    Enter(LAST);
    LeaveAllUpTo(LAST);
}
#pragma GCC diagnostic pop

__attribute__((constructor(101))) void AtEarly()
{
    Enter(EARLY);
    Leave(PREINIT);
}

__attribute__((constructor)) void AtLate()
{
    Enter(LATE);
}

struct Object {
    std::map<int, std::string> names;
    std::vector<int> numbers = std::vector<int>(1000, 7);

    Object()
    {
        Enter(OBJECT);
        for (int i = 0; i < 100; i++) {
            names[i] = std::string(size_t(i) * 20, 'n');
        }
    }

    ~Object()
    {
        Enter(DESTRUCTOR);
        LeaveAllUpTo(DESTRUCTOR);
        CHECK(names.size() == 100 && names[99].size() == 99 * 20);
        names.erase(50);
        numbers.resize(100000);
    }
} object;

void AtExit()
{
    Enter(HANDLER);
    LeaveAllUpTo(HANDLER);
    exit(0);
}

void AtExitFirst()
{
    std::string text(5000, 'x');
    CHECK(text.size() == 5000);
}

} // namespace

int main()
{
    victim_begin();
    CHECK(stages[PREINIT].blocks[0][0] != nullptr && stages[LATE].blocks[0][0] != nullptr);
    Enter(MAIN);
    LeaveAllUpTo(MAIN);
    CHECK(atexit(AtExit) == 0);
    CHECK(at_quick_exit(AtExitFirst) == 0);
    CHECK(atexit(AtExitFirst) == 0);
    return 0;
}
