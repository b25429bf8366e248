/* SPDX-License-Identifier: Apache-2.0
 *
 * One configuration in a program and in a library of it: they are one, whoever came first.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/generations/library.h"
#include "tests/generations/plugin_heap.h"

static void *use(void *unused)
{
    (void)unused;
    plugin_heap_obj_free(plugin_use());
    plugin_give_back(plugin_heap_obj_malloc(100));
    return NULL;
}

int main(void)
{
    pthread_t thread;
    alarm(20);
    use(NULL);
    if (pthread_create(&thread, NULL, use, NULL) != 0 || pthread_join(thread, NULL) != 0) {
        return 1;
    }
    return plugin_heap_check_all() ? 0 : 1;
}
