/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of the file are "cairn-report PID", which begins a stack, and "cairn-frame MODULE ADDRESS", the
 * address of a call in hexadecimal as the module's file has it, most recent call first. They come from
 * processes that were about to die of a damaged heap, so that any line may be anything.
 */
#include "frames.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "message.h"
#include "symbols.h"

/* More is of no use to a reader. */
enum { BYTES_MAX = 1 << 20, STACKS_MAX = 20 };

typedef struct printing {
    cairn_symbols *symbols;
    const char *library;
    const char *module; /* of the frame */
    unsigned stacks;
    unsigned frames; /* printed of the stack */
    bool is_inside;  /* a stack has begun and may go on */
} printing;

int cairn_frames_create(char *path)
{
    int fd = memfd_create("cairn-reports", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    /* By its seal a process tells the file from one that has its name after we are gone. */
    if (fd < 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) != 0) {
        return -1;
    }
    snprintf(path, CAIRN_FRAMES_PATH_MAX, "/proc/%d/fd/%d", (int)getpid(), fd);
    return fd;
}

/* The file as a string; NULL when it is empty or cannot be read. */
static char *read_all(int fd)
{
    off_t end = lseek(fd, 0, SEEK_END);
    size_t size = end < BYTES_MAX ? (size_t)end : BYTES_MAX;
    char *text = end > 0 ? malloc(size + 1) : NULL;
    ssize_t count = text != NULL ? pread(fd, text, size, 0) : -1;
    if (count <= 0) {
        free(text);
        return NULL;
    }
    text[count] = '\0';
    return text;
}

static void print_place(void *arg, const cairn_code_place *place)
{
    printing *self = arg;
    const char *function = place->function != NULL ? place->function : "?";
    if (place->file != NULL && place->line != 0) {
        cairn_say_more("    #%u %s at %s:%d in %s", self->frames, function, place->file,
                       place->line, self->module);
    } else {
        cairn_say_more("    #%u %s in %s", self->frames, function, self->module);
    }
    self->frames++;
    /* What called it is libc's business. */
    self->is_inside = strcmp(function, "main") != 0;
}

static void print_frame(printing *self, char *text)
{
    char *space = strrchr(text, ' ');
    char *end;
    errno = 0;
    if (space == NULL) {
        return;
    }
    *space = '\0';
    uint64_t address = strtoull(space + 1, &end, 16);
    if (end == space + 1 || *end != '\0' || errno != 0 ||
        (self->frames == 0 && strcmp(text, self->library) == 0)) {
        return;
    }
    self->module = text;
    cairn_symbols_find(self->symbols, text, address, print_place, self);
}

static void print_line(printing *self, char *line)
{
    static const char begin[] = "cairn-report ";
    static const char frame[] = "cairn-frame ";
    if (strncmp(line, begin, sizeof begin - 1) == 0) {
        self->is_inside = ++self->stacks <= STACKS_MAX;
        self->frames = 0;
        if (self->is_inside) {
            cairn_say("calls in process %ld, most recent first:",
                      strtol(line + sizeof begin - 1, NULL, 10));
        }
    } else if (self->is_inside && strncmp(line, frame, sizeof frame - 1) == 0) {
        print_frame(self, line + sizeof frame - 1);
    }
}

void cairn_frames_print(int fd, const char *library)
{
    char *text = read_all(fd);
    printing self = {.library = library};
    self.symbols = text != NULL ? cairn_symbols_open() : NULL;
    if (self.symbols != NULL) {
        char *rest = text;
        for (char *line = strtok_r(text, "\n", &rest); line != NULL;
             line = strtok_r(NULL, "\n", &rest)) {
            print_line(&self, line);
        }
        cairn_symbols_close(self.symbols);
    }
    free(text);
    if (self.stacks > STACKS_MAX) {
        cairn_say("%u more reports were made", self.stacks - STACKS_MAX);
    }
}
