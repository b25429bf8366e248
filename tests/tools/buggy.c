/* SPDX-License-Identifier: Apache-2.0
 *
 * A program with memory bugs: buggy KIND. Where calls stand is marked for the test, which reads this file.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *volatile kept; /* the compiler knows nothing of what is in it */

__attribute__((noinline)) static void write_too_much(size_t size)
{
    memset(kept, 'x', size + 1);
}

__attribute__((noinline)) static void drop_basket(void)
{
    free(kept); /* mark: drop */
    kept = NULL;
}

static inline __attribute__((always_inline)) void drop_inline(void)
{
    free(kept); /* mark: inlined */
}

__attribute__((noinline)) static void fill_basket(void)
{
    kept = malloc(40);
    write_too_much(40);
    drop_basket(); /* mark: fill */
}

__attribute__((noinline)) static void shop_twice(void)
{
    kept = malloc(40);
    drop_inline();
    drop_inline(); /* mark: second */
    kept = NULL;
}

static void *shop(void *argument)
{
    (void)argument;
    fill_basket(); /* mark: thread */
    kept = NULL;
    return NULL;
}

static void in_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, shop, NULL) == 0) {
        pthread_join(thread, NULL);
    }
}

static int in_child(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        fill_basket(); /* mark: child */
        _exit(0);
    }
    return waitpid(child, &status, 0) == child && WIFSIGNALED(status) ? 0 : 1;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "";
    if (strcmp(kind, "overflow") == 0) {
        fill_basket(); /* mark: main */
    } else if (strcmp(kind, "twice") == 0) {
        shop_twice();
    } else if (strcmp(kind, "thread") == 0) {
        in_thread();
    } else if (strcmp(kind, "child") == 0) {
        return in_child();
    }
    return 0;
}
