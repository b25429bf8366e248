/* SPDX-License-Identifier: Apache-2.0
 *
 * Every other way to start a process, from a program whose threads are inside malloc: vfork,
 * posix_spawn, system, popen, several threads forking at once, and exec of itself.
 */
#include "victim.h"

#include <pthread.h>
#include <spawn.h>

extern char **environ;

enum { THREADS = 4, FORKERS = 3, FORKS = 40, SPAWNS = 40, SHELLS = 3, EXECS = 4 };

static bool is_over;

static void *allocate(void *argument)
{
    unsigned state = (unsigned)(uintptr_t)argument + 1;
    while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) {
        known_block *blocks[16];
        for (int i = 0; i < 16; i++) {
            blocks[i] = known_new(&state);
        }
        for (int i = 0; i < 16; i++) {
            known_free(i % 2 == 0 ? known_resize(blocks[i], &state) : blocks[i]);
        }
        usleep(50);
    }
    return NULL;
}

static void allocate_some(unsigned seed)
{
    known_block *blocks[50];
    for (int i = 0; i < 50; i++) {
        blocks[i] = known_new(&seed);
    }
    for (int i = 0; i < 50; i++) {
        known_free(blocks[i]);
    }
}

static void *fork_often(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    for (int i = 0; i < FORKS; i++) {
        known_block *block = known_new(&seed);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            victim_limit_time();
            known_free(block);
            allocate_some(seed);
            exit(0);
        }
        known_free(block);
        reap(child);
    }
    return NULL;
}

static char *const command[] = {"true", NULL};

static pid_t start_by_spawn(void)
{
    pid_t child;
    CHECK(posix_spawnp(&child, command[0], NULL, NULL, command, environ) == 0);
    return child;
}

static pid_t start_by_vfork(void)
{
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    pid_t child = vfork();
    if (child == 0) {
        execvp(command[0], command);
        _exit(9);
    }
    return child;
}

static void spawn_some(void)
{
    for (unsigned i = 0; i < SPAWNS; i++) {
        pid_t child = i % 2 == 0 ? start_by_spawn() : start_by_vfork();
        allocate_some(i);
        reap(child);
    }
}

static void start_shells(void)
{
    for (int i = 0; i < SHELLS; i++) {
        char line[16];
        FILE *output = popen("echo hello", "r");
        CHECK(output != NULL && fgets(line, sizeof line, output) != NULL);
        CHECK(strcmp(line, "hello\n") == 0);
        CHECK(pclose(output) == 0);
        CHECK(system("exit 7") == 7 << 8);
    }
}

static void start_threads(pthread_t *threads, size_t count, void *(*run)(void *))
{
    for (size_t i = 0; i < count; i++) {
        CHECK(pthread_create(&threads[i], NULL, run, (void *)(uintptr_t)i) == 0);
    }
}

static void join_threads(const pthread_t *threads, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
}

/* The program goes on as a new one, with one execution less to go, while its threads allocate. */
static void exec_again(const char *program, int left)
{
    char text[16];
    pthread_t threads[THREADS];
    start_threads(threads, THREADS, allocate);
    usleep(2000);
    snprintf(text, sizeof text, "%d", left - 1);
    execl(program, program, text, (char *)NULL);
    FAIL("exec returned");
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    pthread_t forkers[FORKERS];
    int left = argc > 1 ? atoi(argv[1]) : EXECS;
    victim_begin();
    if (left < EXECS) {
        allocate_some((unsigned)left);
        if (left > 0) {
            exec_again(argv[0], left);
        }
        return 0;
    }
    start_threads(threads, THREADS, allocate);
    start_threads(forkers, FORKERS, fork_often);
    join_threads(forkers, FORKERS);
    spawn_some();
    start_shells();
    __atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
    join_threads(threads, THREADS);
    exec_again(argv[0], left);
}
