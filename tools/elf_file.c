/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a program file's first bytes and its program headers.
 */
#include "elf_file.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

/* The headers of the command itself, to compare with; the linker provides the name. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

static bool read_at(int fd, void *out, size_t bytes, uint64_t offset)
{
    return pread(fd, out, bytes, (off_t)offset) == (ssize_t)bytes;
}

/* The first word behind "#!". */
static cairn_file_kind script(int fd, char *interpreter)
{
    ssize_t length = pread(fd, interpreter, CAIRN_INTERPRETER_MAX - 1, 2);
    interpreter[length > 0 ? length : 0] = '\0';
    size_t blank = strspn(interpreter, " \t");
    memmove(interpreter, interpreter + blank, strlen(interpreter + blank) + 1);
    interpreter[strcspn(interpreter, " \t\n")] = '\0';
    return interpreter[0] != '\0' ? CAIRN_FILE_SCRIPT : CAIRN_FILE_OTHER;
}

static bool read_loader(int fd, const ElfW(Phdr) * header, char *interpreter)
{
    size_t bytes = header->p_filesz;
    if (bytes >= CAIRN_INTERPRETER_MAX || !read_at(fd, interpreter, bytes, header->p_offset)) {
        return false;
    }
    interpreter[bytes] = '\0';
    return true;
}

static cairn_file_kind program(int fd, const ElfW(Ehdr) * header, char *interpreter)
{
    ElfW(Phdr) entry;
    for (unsigned i = 0; i < header->e_phnum; i++) {
        if (!read_at(fd, &entry, sizeof entry, header->e_phoff + i * sizeof entry)) {
            return CAIRN_FILE_OTHER;
        }
        if (entry.p_type == PT_INTERP) {
            return read_loader(fd, &entry, interpreter) ? CAIRN_FILE_DYNAMIC : CAIRN_FILE_OTHER;
        }
    }
    return CAIRN_FILE_STATIC;
}

static cairn_file_kind examine(int fd, char *interpreter)
{
    ElfW(Ehdr) header;
    memset(&header, 0, sizeof header);
    ssize_t length = pread(fd, &header, sizeof header, 0);
    if (length >= 2 && memcmp(&header, "#!", 2) == 0) {
        return script(fd, interpreter);
    }
    if (length < EI_NIDENT || memcmp(&header, ELFMAG, SELFMAG) != 0) {
        return CAIRN_FILE_OTHER;
    }
    if (header.e_ident[EI_DATA] != __ehdr_start.e_ident[EI_DATA]) {
        return CAIRN_FILE_OTHER_MACHINE;
    }
    if (header.e_ident[EI_CLASS] != __ehdr_start.e_ident[EI_CLASS]) {
        return CAIRN_FILE_OTHER_CLASS;
    }
    if (length < (ssize_t)sizeof header || header.e_phentsize != sizeof(ElfW(Phdr))) {
        return CAIRN_FILE_OTHER;
    }
    return header.e_machine == __ehdr_start.e_machine ? program(fd, &header, interpreter)
                                                      : CAIRN_FILE_OTHER_MACHINE;
}

cairn_file_kind cairn_file_examine(const char *path, char *interpreter)
{
    interpreter[0] = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return CAIRN_FILE_OTHER;
    }
    cairn_file_kind kind = examine(fd, interpreter);
    if (kind != CAIRN_FILE_SCRIPT && kind != CAIRN_FILE_DYNAMIC) {
        interpreter[0] = '\0'; /* of a damaged file a part was read */
    }
    close(fd);
    return kind;
}
