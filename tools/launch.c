/* SPDX-License-Identifier: Apache-2.0
 *
 * The program shares our process group and terminal. What the terminal sends reaches both, so we let
 * it pass by; what a process sends to us alone is handed on. Signals are taken one by one from a
 * queue, not by handlers, so that there is no moment in which one could be lost.
 */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "message.h"

/* What would end or stop us, but means the program. */
static const int held_signals[] = {
    SIGHUP,  SIGINT,  SIGQUIT,   SIGUSR1, SIGUSR2, SIGALRM,  SIGTERM, SIGCONT, SIGTSTP, SIGTTIN,
    SIGTTOU, SIGPIPE, SIGVTALRM, SIGPROF, SIGIO,   SIGWINCH, SIGPWR,  SIGURG,  SIGCHLD,
};

static void fill_held(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < sizeof held_signals / sizeof held_signals[0]; i++) {
        sigaddset(set, held_signals[i]);
    }
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++) {
        sigaddset(set, number);
    }
}

/* Ctrl-C and Ctrl-\ are for the whole process group, and so are their stand-ins sent by kill. */
static bool is_for_the_group(int number)
{
    return number == SIGINT || number == SIGQUIT || number == SIGCHLD;
}

static void hand_on(int32_t child, const siginfo_t *info)
{
    bool is_from_process = info->si_code == SI_USER || info->si_code == SI_TKILL;
    /* An alarm that was set before we were started would have been the program's. */
    bool is_meant_for_child = is_from_process || info->si_signo == SIGALRM;
    if (is_for_the_group(info->si_signo)) {
        return;
    }
    if (info->si_code == SI_QUEUE) {
        sigqueue(child, info->si_signo, info->si_value);
    } else if (is_meant_for_child) {
        kill(child, info->si_signo);
    }
}

/* Ctrl-Z stops the program; then we stop, too, so that the shell has its prompt. A program stopped by
 * SIGSTOP is somebody's who continues it by its own pid and does not know ours. */
static void stop_with_child(int number)
{
    sigset_t one;
    if (number != SIGTSTP && number != SIGTTIN && number != SIGTTOU) {
        return;
    }
    sigemptyset(&one);
    sigaddset(&one, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    sigprocmask(SIG_BLOCK, &one, NULL);
}

static int wait_for_end(int32_t child, const sigset_t *held, struct rusage *usage)
{
    int status;
    siginfo_t info;
    for (;;) {
        int32_t changed = wait4(child, &status, WNOHANG | WUNTRACED, usage);
        if (changed == child && WIFSTOPPED(status)) {
            stop_with_child(WSTOPSIG(status));
        } else if (changed == child) {
            return status;
        } else if (sigwaitinfo(held, &info) > 0) {
            hand_on(child, &info);
        }
    }
}

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

__attribute__((noreturn)) static void become(const char *path, char **argv, int error_pipe)
{
    execvp(path, argv);
    int error = errno;
    ssize_t ignored = write(error_pipe, &error, sizeof error);
    (void)ignored;
    _exit(CAIRN_EXIT_NOT_EXECUTABLE);
}

/* Forks and execs. The pipe closes when exec succeeds, and brings errno when it does not. */
static int32_t start(const char *path, char **argv, const sigset_t *mask,
                     const struct sigaction *on_child, int *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        *error = errno;
        return -1;
    }
    int32_t child = fork();
    if (child == 0) {
        sigaction(SIGCHLD, on_child, NULL);
        sigprocmask(SIG_SETMASK, mask, NULL);
        become(path, argv, ends[1]);
    }
    *error = child < 0 ? errno : 0;
    close(ends[1]);
    if (child > 0 && read(ends[0], error, sizeof *error) <= 0) {
        *error = 0;
    }
    close(ends[0]);
    return child;
}

cairn_ending cairn_launch(const char *path, char **argv)
{
    sigset_t held;
    sigset_t inherited;
    struct sigaction inherited_on_child;
    struct sigaction default_action = {.sa_handler = SIG_DFL};
    struct rusage usage = {0};
    cairn_ending ending = {.exit_status = -1};
    fill_held(&held);
    sigprocmask(SIG_BLOCK, &held, &inherited);
    /* Ignored, it would take the exit status from us. */
    sigaction(SIGCHLD, &default_action, &inherited_on_child);
    uint64_t started = now_us();
    ending.pid = start(path, argv, &inherited, &inherited_on_child, &ending.error);
    if (ending.pid < 0) {
        return ending;
    }
    int status = wait_for_end(ending.pid, &held, &usage);
    ending.is_started = ending.error == 0;
    ending.duration_us = now_us() - started;
    ending.peak_rss_bytes = (uint64_t)usage.ru_maxrss * 1024;
    ending.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ending.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return ending;
}
