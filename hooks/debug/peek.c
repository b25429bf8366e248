/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading memory of which nothing is known: the kernel does it, and says so where there is nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cairn/hooks/debug/debug_internal.h"

static size_t by_process(void *to, const void *from, size_t count)
{
    struct iovec local = {to, count};
    struct iovec remote = {(void *)(uintptr_t)from, count};
    long got = syscall(SYS_process_vm_readv, (long)gettid(), &local, 1L, &remote, 1L, 0L);
    return got > 0 ? (size_t)got : 0;
}

/* Where a sandbox forbids the former. */
static size_t by_file(void *to, const void *from, size_t count)
{
    int fd = open("/proc/thread-self/mem", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    ssize_t got = pread(fd, to, count, (off_t)(uintptr_t)from);
    close(fd);
    return got > 0 ? (size_t)got : 0;
}

size_t debug_peek(void *to, const void *from, size_t count)
{
    int saved = errno;
    size_t got = 0;
    /* A page at a time, for a request that leaves mapped memory may fail as a whole. */
    while (got < count) {
        const void *at = (const void *)((uintptr_t)from + got);
        size_t part = cairn_min(count - got, 4096 - (uintptr_t)at % 4096);
        size_t read = by_process((char *)to + got, at, part);
        read = read > 0 ? read : by_file((char *)to + got, at, part);
        got += read;
        if (read < part) {
            break;
        }
    }
    /* MSan does not see what the kernel wrote. */
    cairn_unpoison_defined(to, got);
    errno = saved;
    return got;
}
