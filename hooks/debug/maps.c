/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kernel and the loader know of an address: /proc/self/maps, read by system calls, and the
 * segments of loaded files.
 */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include "cairn/hooks/debug/describe.h"
#include "cairn/hooks/debug/maps.h"

typedef struct search {
    uintptr_t address;
    debug_module *out;
    bool is_found;
} search;

static int look_at_module(struct dl_phdr_info *info, size_t size, void *ctx)
{
    search *self = ctx;
    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + segment->p_vaddr;
        if (segment->p_type == PT_LOAD && self->address >= start &&
            self->address - start < segment->p_memsz) {
            self->out->base = info->dlpi_addr;
            self->out->is_writable = (segment->p_flags & PF_W) != 0;
            self->out->is_code = (segment->p_flags & PF_X) != 0;
            size_t length = cairn_min(strlen(info->dlpi_name), sizeof self->out->path - 1);
            memcpy(self->out->path, info->dlpi_name, length);
            self->out->path[length] = '\0';
            self->is_found = true;
            return 1;
        }
    }
    return 0;
}

/* The program itself has no name there. */
static void name_program(debug_module *module)
{
    ssize_t length = readlink("/proc/self/exe", module->path, sizeof module->path - 1);
    module->path[length > 0 ? length : 0] = '\0';
}

bool debug_find_module(const void *address, debug_module *out)
{
    int saved = errno;
    search self = {(uintptr_t)address, out, false};
    dl_iterate_phdr(look_at_module, &self);
    if (self.is_found && out->path[0] == '\0') {
        name_program(out);
    }
    errno = saved;
    return self.is_found;
}

/* One line of /proc/self/maps. */
typedef struct mapping {
    uintptr_t start;
    uintptr_t end;
    char name[128];
} mapping;

static const char *parse_hex(const char *text, uintptr_t *out)
{
    *out = 0;
    for (;; text++) {
        char c = *text;
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                                                : 16;
        if (digit == 16) {
            return text;
        }
        *out = *out * 16 + digit;
    }
}

/* start-end permissions offset device inode     name */
static void parse_line(const char *line, mapping *out)
{
    line = parse_hex(line, &out->start);
    line = parse_hex(line + (*line == '-'), &out->end);
    for (int field = 0; field < 4; field++) {
        line += strspn(line, " ");
        line += strcspn(line, " ");
    }
    line += strspn(line, " ");
    size_t length = cairn_min(strlen(line), sizeof out->name - 1);
    memcpy(out->name, line, length);
    out->name[length] = '\0';
}

typedef struct reader {
    int fd;
    size_t used;
    size_t filled;
    char buffer[1024];
} reader;

static int next_byte(reader *self)
{
    if (self->used == self->filled) {
        ssize_t got;
        do {
            got = read(self->fd, self->buffer, sizeof self->buffer);
        } while (got < 0 && errno == EINTR);
        self->filled = got > 0 ? (size_t)got : 0;
        self->used = 0;
    }
    return self->used < self->filled ? (unsigned char)self->buffer[self->used++] : -1;
}

/* Lines that are too long are cut. */
static bool next_line(reader *self, char *line, size_t capacity)
{
    size_t length = 0;
    int byte;
    while ((byte = next_byte(self)) >= 0 && byte != '\n') {
        if (length + 1 < capacity) {
            line[length++] = (char)byte;
        }
    }
    line[length] = '\0';
    return byte >= 0;
}

static bool find_mapping(uintptr_t address, mapping *out)
{
    char line[256];
    reader self = {.fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)};
    bool is_found = false;
    while (self.fd >= 0 && !is_found && next_line(&self, line, sizeof line)) {
        parse_line(line, out);
        is_found = address >= out->start && address < out->end;
    }
    if (self.fd >= 0) {
        close(self.fd);
    }
    return is_found;
}

void debug_describe_region(const void *address, char *out, size_t capacity)
{
    int saved = errno;
    debug_module module;
    mapping found;
    uintptr_t at = (uintptr_t)address;
    uintptr_t stack = (uintptr_t)__builtin_frame_address(0);
    bool is_mapped = find_mapping(at, &found);
    if (debug_find_module(address, &module)) {
        cairn_format(out, capacity, "in %s of %s", module.is_code ? "code" : "static data",
                     module.path);
    } else if (!is_mapped) {
        cairn_format(out, capacity, "not in mapped memory");
    } else if (strcmp(found.name, "[stack]") == 0 || (stack >= found.start && stack < found.end)) {
        cairn_format(out, capacity, "on the stack");
    } else if (strcmp(found.name, "[heap]") == 0) {
        cairn_format(out, capacity, "libc's, or another allocator's");
    } else if (found.name[0] == '/') {
        cairn_format(out, capacity, "in a mapping of %s", found.name);
    } else {
        cairn_format(out, capacity, "in memory of another allocator, or on another thread's stack");
    }
    errno = saved;
}
