/* SPDX-License-Identifier: Apache-2.0
 *
 * A thread that has used a library's heap ends after the library was closed.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *library;

static void expect(int is_so, const char *what)
{
    if (!is_so) {
        fprintf(stderr, "not so: %s\n", what);
        _Exit(1);
    }
}

static void *use(void *unused)
{
    void *(*plugin_use)(void) = (void *(*)(void))(uintptr_t)dlsym(library, "plugin_use");
    (void)unused;
    expect(plugin_use != NULL && plugin_use() != NULL, "the library's heap serves");
    expect(dlclose(library) == 0, "the library is closed");
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    alarm(20);
    expect(argc == 2, "called with the library's path");
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    expect(library != NULL, "the library opens");
    expect(pthread_create(&thread, NULL, use, NULL) == 0, "a thread");
    expect(pthread_join(thread, NULL) == 0, "it ends");
    return 0;
}
