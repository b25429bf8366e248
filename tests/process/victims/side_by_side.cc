// SPDX-License-Identifier: Apache-2.0
//
// Cairn by its own names in a C++ program whose operator new is the library's.
#include "victim.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cairn/cairn.h"

namespace {

template <typename T> struct CairnAllocator {
    using value_type = T;
    CairnAllocator() = default;
    template <typename U> explicit CairnAllocator(const CairnAllocator<U> &)
    {
    }

    T *allocate(size_t count)
    {
        return static_cast<T *>(cairn_obj_malloc(count * sizeof(T)));
    }

    void deallocate(T *ptr, size_t)
    {
        cairn_obj_free(ptr);
    }

    bool operator==(const CairnAllocator &) const
    {
        return true;
    }

    bool operator!=(const CairnAllocator &) const
    {
        return false;
    }
};

template <typename T> using OnCairn = std::vector<T, CairnAllocator<T>>;

void Use()
{
    OnCairn<std::string> ours;
    std::vector<OnCairn<int>> theirs;
    for (int i = 0; i < 1000; i++) {
        ours.push_back(std::string(size_t(i), 'c'));
        theirs.emplace_back(size_t(i), i);
    }
    for (int i = 0; i < 1000; i++) {
        CHECK(ours[size_t(i)].size() == size_t(i));
        CHECK(theirs[size_t(i)].size() == size_t(i) && (i == 0 || theirs[size_t(i)].back() == i));
    }
}

OnCairn<int> before_main(1000, 1);
thread_local OnCairn<int> of_thread(100, 2);

} // namespace

int main()
{
    victim_limit_time();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([] {
            of_thread.push_back(3);
            Use();
        });
    }
    Use();
    for (std::thread &thread : threads) {
        thread.join();
    }
    before_main.push_back(4);
    CHECK(cairn_check_all());
    return 0;
}
