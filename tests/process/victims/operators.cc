/* SPDX-License-Identifier: Apache-2.0
 *
 * C++: every form of operator new and delete, with success and without memory, new handlers, and
 * bad_alloc thrown through frames with destructors.
 */
#include "victim.h"

#include <functional>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int kOldErrno = 4711;
constexpr std::align_val_t kAligned{256};

/* Checks a new block of any form. */
void *Use(void *ptr, size_t size, size_t alignment)
{
    CHECK(ptr != nullptr);
    CHECK(is_aligned(ptr, alignment));
    fill(ptr, size, 0x66);
    CHECK(is_filled(ptr, size, 0x66));
    return ptr;
}

struct alignas(512) Wide {
    char bytes[1024];
};

void CheckForms(size_t given)
{
    size_t size = opaque_size(given);
    const std::nothrow_t &quiet = std::nothrow;
    errno = kOldErrno;
    ::operator delete(Use(::operator new(size), size, 16));
    ::operator delete(Use(::operator new(size), size, 16), size);
    ::operator delete(Use(::operator new(size, quiet), size, 16), quiet);
    ::operator delete[](Use(::operator new[](size), size, 16));
    ::operator delete[](Use(::operator new[](size), size, 16), size);
    ::operator delete[](Use(::operator new[](size, quiet), size, 16), quiet);
    ::operator delete(Use(::operator new(size, kAligned), size, 256), kAligned);
    ::operator delete(Use(::operator new(size, kAligned), size, 256), size, kAligned);
    ::operator delete(Use(::operator new(size, kAligned, quiet), size, 256), kAligned, quiet);
    ::operator delete[](Use(::operator new[](size, kAligned), size, 256), kAligned);
    ::operator delete[](Use(::operator new[](size, kAligned), size, 256), size, kAligned);
    ::operator delete[](Use(::operator new[](size, kAligned, quiet), size, 256), kAligned, quiet);
    ::operator delete(opaque(nullptr));
    ::operator delete[](opaque(nullptr));
    CHECK(errno == kOldErrno);
    /* All of them are malloc: GNU programs mix them up and get away with it. */
    free(Use(::operator new(size), size, 16));
    ::operator delete(Use(malloc(size), size, 16));
}

int destroyed;

struct Witness {
    ~Witness()
    {
        destroyed++;
    }
};

template <typename Allocate> bool Throws(Allocate allocate)
{
    Witness witness;
    try {
        Witness inner;
        errno = 0;
        opaque(allocate());
    } catch (const std::bad_alloc &) {
        CHECK(errno == ENOMEM);
        return true;
    }
    return false;
}

void CheckNoMemory()
{
    for (size_t given : {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX - 4096, size_t{1} << 62}) {
        size_t size = opaque_size(given);
        destroyed = 0;
        CHECK(Throws([=] { return ::operator new(size); }));
        CHECK(Throws([=] { return ::operator new[](size); }));
        CHECK(Throws([=] { return ::operator new(size, kAligned); }));
        CHECK(Throws([=] { return ::operator new[](size, kAligned); }));
        CHECK(destroyed == 8);
        CHECK(::operator new(size, std::nothrow) == nullptr);
        CHECK(::operator new[](size, std::nothrow) == nullptr);
        CHECK(::operator new(size, kAligned, std::nothrow) == nullptr);
        CHECK(::operator new[](size, kAligned, std::nothrow) == nullptr);
    }
    CHECK(Throws([] { return new std::vector<char>(opaque_size(PTRDIFF_MAX)); }));
}

int handled;

void GiveUpAtThird()
{
    if (++handled == 3) {
        std::set_new_handler(nullptr);
    }
}

struct OwnError : std::bad_alloc {};

void ThrowOwn()
{
    handled++;
    throw OwnError();
}

template <typename Allocate> void CheckHandler(Allocate allocate)
{
    handled = 0;
    std::set_new_handler(GiveUpAtThird);
    CHECK(Throws(allocate));
    CHECK(handled == 3);
    handled = 0;
    std::set_new_handler(ThrowOwn);
    try {
        opaque(allocate());
        FAIL("the handler's exception came through");
    } catch (const OwnError &) {
    }
    CHECK(handled == 1);
    std::set_new_handler(nullptr);
}

void CheckHandlers()
{
    size_t size = opaque_size(SIZE_MAX / 2);
    CheckHandler([=] { return ::operator new(size); });
    CheckHandler([=] { return ::operator new[](size); });
    CheckHandler([=] { return ::operator new(size, kAligned); });
    CheckHandler([=] { return ::operator new[](size, kAligned); });
    handled = 0;
    std::set_new_handler(GiveUpAtThird);
    CHECK(::operator new(size, std::nothrow) == nullptr);
    CHECK(handled == 3);
    std::set_new_handler(nullptr);
}

void CheckLibrary()
{
    std::map<std::string, std::vector<std::string>> words;
    for (int i = 0; i < 2000; i++) {
        words[std::to_string(i * 7919 % 501)].push_back(std::string(size_t(i % 300), 'x'));
    }
    std::vector<std::unique_ptr<Wide>> wide;
    for (int i = 0; i < 100; i++) {
        wide.push_back(std::make_unique<Wide>());
        CHECK(is_aligned(wide.back().get(), 512));
    }
    std::thread other([&] { words.clear(); });
    other.join();
    CHECK(words.empty());
}

} // namespace

int main()
{
    victim_begin();
    for (size_t size : {0, 1, 16, 100, 512, 513, 5000, 70000, 20000000}) {
        CheckForms(size);
    }
    CheckNoMemory();
    CheckHandlers();
    CheckLibrary();
    return 0;
}
