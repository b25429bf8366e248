/* SPDX-License-Identifier: Apache-2.0
 *
 * What runs while a thread ends: destructors of thread_local objects and of thread-specific keys,
 * before and after Cairn's own, that allocate, resize and free, and set themselves again.
 */
#include "victim.h"

#include <limits.h>
#include <pthread.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int kKeys = 20;
constexpr int kThreads = 60;

pthread_key_t keys[kKeys];
int destroyed[kKeys];

/* Frees a block of the living thread, leaves a new one for the next round. */
void Destroy(int key, void *value)
{
    known_block *block = static_cast<known_block *>(value);
    unsigned state = block->seed;
    __atomic_fetch_add(&destroyed[key], 1, __ATOMIC_RELAXED);
    known_block *more[10];
    for (known_block *&one : more) {
        one = known_new(&state);
    }
    block = known_resize(block, &state);
    for (known_block *&one : more) {
        known_free(one);
    }
    std::vector<std::string> words(20, std::string(300, 'w'));
    /* As long as the system asks again, but for the last time. */
    static thread_local int rounds[kKeys];
    if (++rounds[key] < PTHREAD_DESTRUCTOR_ITERATIONS) {
        CHECK(pthread_setspecific(keys[key], block) == 0);
    } else {
        known_free(block);
    }
}

template <int Key> void DestroyKey(void *value)
{
    Destroy(Key, value);
}

template <int... Key> void MakeKeys(std::integer_sequence<int, Key...>)
{
    const int made[] = {pthread_key_create(&keys[Key], DestroyKey<Key>)...};
    for (int status : made) {
        CHECK(status == 0);
    }
}

struct Local {
    known_block *block = nullptr;
    std::vector<std::string> words;

    ~Local()
    {
        unsigned state = 5;
        known_free(block);
        known_free(known_new(&state));
        words.resize(words.size() * 2 + 1, std::string(1000, 'l'));
    }
};

thread_local Local local;

void Live(unsigned seed)
{
    unsigned state = seed;
    local.block = known_new(&state);
    local.words.assign(10, std::string(40, 'q'));
    for (pthread_key_t key : keys) {
        CHECK(pthread_setspecific(key, known_new(&state)) == 0);
    }
}

/* A thread whose very first use of memory is in its destructor. */
void *LiveQuietly(void *)
{
    static known_block *nothing;
    unsigned state = 1;
    nothing = nothing == nullptr ? known_new(&state) : nothing;
    CHECK(pthread_setspecific(keys[0], known_new(&state)) == 0);
    return nullptr;
}

__attribute__((constructor)) void MakeEarlyKeys()
{
    MakeKeys(std::make_integer_sequence<int, kKeys>());
}

} // namespace

int main()
{
    victim_begin();
    for (unsigned i = 0; i < kThreads; i += 3) {
        std::thread first(Live, i), second(Live, i + 1), third(Live, i + 2);
        first.join();
        second.join();
        third.join();
    }
    for (int count : destroyed) {
        CHECK(count == kThreads * PTHREAD_DESTRUCTOR_ITERATIONS);
    }
    pthread_t quiet;
    CHECK(pthread_create(&quiet, nullptr, LiveQuietly, nullptr) == 0);
    CHECK(pthread_join(quiet, nullptr) == 0);
    /* The main thread ends by itself; the last thread ends the program. */
    Live(1000);
    std::thread([] {
        usleep(2000);
        Live(2000);
    }).detach();
    pthread_exit(nullptr);
}
