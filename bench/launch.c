/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a program with a library preloaded and its output thrown away, and prints as JSON what the
 * program and all that it waited for cost: processor seconds, and the peak of the largest process.
 *
 *   launch LIBRARY FILE PROGRAM ARGS...     LIBRARY "" for none; the JSON goes to FILE
 *
 * It is small because a child's peak starts with what its parent has resident at the fork; under
 * the Python driver every program would seem to need Python's memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what)
{
    fprintf(stderr, "cairn: bench: %s: %s\n", what, strerror(errno));
    _exit(125);
}

static void run(const char *library, char **command)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0) {
        fail("/dev/null");
    }
    if (library[0] != '\0' && setenv("LD_PRELOAD", library, 1) != 0) {
        fail("setenv");
    }
    execvp(command[0], command);
    fail(command[0]);
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("cairn: bench: usage: launch LIBRARY FILE PROGRAM ARGS...\n", stderr);
        return 2;
    }
    double start = now();
    pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        run(argv[1], argv + 3);
    }
    int status;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR) {
            fail("wait4");
        }
    }
    FILE *file = fopen(argv[2], "w");
    if (file == NULL) {
        fail(argv[2]);
    }
    fprintf(file, "{\"status\": %d, \"cpu\": %.6f, \"wall\": %.6f, \"peak\": %ld}\n",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            seconds(usage.ru_utime) + seconds(usage.ru_stime), now() - start,
            usage.ru_maxrss * 1024);
    return fclose(file) == 0 ? 0 : 1;
}
