/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine that finds nothing new: runs the empty input, then each file that the command line names, by
 * itself or by its folder, and counts them. A test report for Bazel goes to $XML_OUTPUT_FILE.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cairn/fuzz/engine/target.h"

static size_t inputs;

__attribute__((noreturn)) static void give_up(const char *path, const char *what)
{
    fprintf(stderr, "cairn: %s: %s; name files or folders of inputs\n", path, what);
    exit(2);
}

/* A copy of just that size, so that a sanitizer sees what reads past its end. */
static void run(const char *name, const void *data, size_t size)
{
    printf("[ RUN      ] %s\n", name);
    fflush(stdout);
    uint8_t *copy = malloc(size);
    if (copy == NULL && size != 0) {
        give_up(name, "no memory");
    }
    if (size != 0) {
        memcpy(copy, data, size);
    }
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    printf("[       OK ] %s\n", name);
    inputs++;
}

static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    size_t size = 0;
    size_t room = 0;
    if (file == NULL) {
        give_up(path, strerror(errno));
    }
    do {
        if (size == room) {
            room = room == 0 ? 4096 : 2 * room;
            data = realloc(data, room);
            if (data == NULL) {
                give_up(path, "no memory");
            }
        }
        size += fread(data + size, 1, room - size, file);
    } while (size == room);
    if (ferror(file)) {
        give_up(path, strerror(errno));
    }
    fclose(file);
    run(path, data, size);
    free(data);
}

static void run_folder(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        give_up(path, strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        char file[4096];
        int length = snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && length < (int)sizeof file) {
            run_file(file);
        }
        free(entries[i]);
    }
    free(entries);
}

static void report(void)
{
    const char *path = getenv("XML_OUTPUT_FILE");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
    if (file != NULL) {
        fprintf(file, "<testsuites><testsuite name=\"replay\" tests=\"%zu\"/></testsuites>\n",
                inputs);
        fclose(file);
    }
    printf("[  PASSED  ] %zu inputs\n", inputs);
}

int main(int argc, char **argv)
{
    if (LLVMFuzzerInitialize != NULL) {
        LLVMFuzzerInitialize(&argc, &argv);
    }
    run("(empty)", "", 0);
    for (int i = 1; i < argc; i++) {
        struct stat status;
        if (stat(argv[i], &status) != 0) {
            give_up(argv[i], strerror(errno));
        }
        (S_ISDIR(status.st_mode) ? run_folder : run_file)(argv[i]);
    }
    report();
    return 0;
}
