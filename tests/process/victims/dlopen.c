/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads and unloads a library that allocates wherever it can, from several threads at once, some of
 * which end only after they have let go of it.
 */
#include "victim.h"

#include <pthread.h>

#include "plugin.h"

enum { THREADS = 4, LOADS = 30 };

static const char *library;

static void load_once(unsigned *state)
{
    void *plugin = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (plugin == NULL) {
        fprintf(stderr, "%s\n", dlerror());
    }
    CHECK(plugin != NULL);
    __typeof__(&plugin_exchange) exchange;
    *(void **)&exchange = dlsym(plugin, "plugin_exchange");
    CHECK(exchange != NULL);
    for (int i = 0; i < 20; i++) {
        size_t size = random_size(state);
        void *block = exchange(malloc(random_size(state)), size);
        CHECK(block != NULL);
        fill(block, size, 0x31);
        CHECK(is_filled(block, size, 0x31));
        free(block);
    }
    CHECK(dlclose(plugin) == 0);
}

static void *load_often(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument;
    for (int i = 0; i < LOADS; i++) {
        load_once(&state);
    }
    return NULL;
}

static void *load_and_end(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument;
    load_once(&state);
    return NULL;
}

static void run(void *(*function)(void *))
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, function, (void *)(i + 1)) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
}

int main(int argc, char **argv)
{
    victim_begin();
    CHECK(argc == 2);
    library = argv[1];
    run(load_often);
    for (int i = 0; i < LOADS; i++) {
        run(load_and_end);
    }
    load_and_end(NULL);
    return 0;
}
