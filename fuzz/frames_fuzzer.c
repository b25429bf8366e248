/* SPDX-License-Identifier: Apache-2.0
 *
 * What the cairn command reads of files that it does not trust: the stacks that a dying process has written, of
 * which names are looked up by a stand-in here, and the first bytes of a program.
 */
#include "cairn/tools/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cairn/fuzz/catch.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/input.h"
#include "cairn/tools/elf_file.h"
#include "cairn/tools/symbols.h"

static const char library[] = "/lib/libcairn_malloc.so";

/* --- Names, in place of tools/symbols.c: what they are is in the address ---------------------------------- */

struct cairn_symbols {
    size_t visits;
};

static struct cairn_symbols symbols;

cairn_symbols *cairn_symbols_open(void)
{
    return &symbols;
}

void cairn_symbols_close(cairn_symbols *self)
{
    fuzz_expect(self == &symbols, "what was opened is closed", "", "");
}

void cairn_symbols_find(cairn_symbols *self, const char *module, uint64_t address,
                        cairn_code_visit *visit, void *arg)
{
    static const char *const names[] = {NULL, "main", "f", "g(int)", "line\nend"};
    static const char *const files[] = {NULL, "a.c", "/b/c.cc"};
    fuzz_expect(module[strcspn(module, "\n")] == '\0', "a module is of one line", module, "");
    for (uint64_t i = 0; i <= address % 3; i++) {
        cairn_code_place place = {names[address / 3 % 5], files[address / 15 % 3],
                                  (int)(address / 45 % 1000)};
        visit(arg, &place);
        self->visits++;
    }
}

/* --- Stacks ------------------------------------------------------------------------------------------------ */

static size_t count_lines(const char *text, const char *start)
{
    size_t count = 0;
    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        count += strncmp(line, start, strlen(start)) == 0 ? 1 : 0;
    }
    return count;
}

/* Each line begins a stack, is a frame with the next number, or tells how many stacks were left out. */
static void check_output(char *text)
{
    unsigned frame = 0;
    bool has_begun = false;
    char *rest = text;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char number[32];
        for (const char *at = line; *at != '\0'; at++) {
            fuzz_expect((unsigned char)*at >= ' ' && *at != 0x7f, "plain characters", line, "");
        }
        snprintf(number, sizeof number, "    #%u ", frame);
        if (strncmp(line, "cairn: calls in process ", 24) == 0) {
            frame = 0;
            has_begun = true;
        } else if (strncmp(line, number, strlen(number)) == 0) {
            fuzz_expect(has_begun, "a frame is of a stack", line, "");
            frame++;
        } else {
            fuzz_expect(strstr(line, " more reports were made") != NULL, "a line", line, number);
        }
    }
}

static void print(void *arg)
{
    cairn_frames_print(*(const int *)arg, library);
}

static void check_stacks(int fd, const uint8_t *data, size_t size)
{
    static char copy[1 << 16];
    symbols.visits = 0;
    const fuzz_caught *caught = fuzz_catch(print, &fd);
    fuzz_expect(!caught->is_fatal && !caught->has_exited, "it returns", caught->line, "");
    if (strlen(caught->text) < sizeof copy - 1) {
        memcpy(copy, caught->text, strlen(caught->text) + 1);
        fuzz_expect(count_lines(copy, "    #") == symbols.visits, "a line for each frame", copy,
                    "");
        fuzz_expect(count_lines(copy, "cairn: calls") <= 20, "not too many", copy, "");
        fuzz_expect(size > 0 || copy[0] == '\0', "nothing for nothing", copy, "");
        fuzz_expect(size < 13 || memcmp(data, "cairn-report ", 13) != 0 || copy[0] != '\0',
                    "a stack", copy, "");
        check_output(copy);
    }
}

/* --- Programs ---------------------------------------------------------------------------------------------- */

static void check_program(int fd)
{
    char path[64];
    char *interpreter = malloc(CAIRN_INTERPRETER_MAX);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    cairn_file_kind kind = cairn_file_examine(path, interpreter);
    size_t length = strnlen(interpreter, CAIRN_INTERPRETER_MAX);
    fuzz_expect(length < CAIRN_INTERPRETER_MAX, "a string", "", "");
    fuzz_expect(kind <= CAIRN_FILE_OTHER_MACHINE, "a kind", "", "");
    fuzz_expect(length == 0 || kind == CAIRN_FILE_SCRIPT || kind == CAIRN_FILE_DYNAMIC,
                "no interpreter of anything else", interpreter, "");
    fuzz_expect(kind != CAIRN_FILE_SCRIPT || (length > 0 && interpreter[0] != ' '),
                "the interpreter of a script", interpreter, "");
    free(interpreter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    bool is_program = size > 0 && data[0] % 2 == 1;
    if (fd < 0) {
        fd = memfd_create("input", MFD_CLOEXEC);
    }
    data += size > 0 ? 1 : 0;
    size -= size > 0 ? 1 : 0;
    if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size) {
        abort();
    }
    if (is_program) {
        check_program(fd);
    } else {
        check_stacks(fd, data, size);
    }
    return 0;
}
