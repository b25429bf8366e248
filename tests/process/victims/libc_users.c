/* SPDX-License-Identifier: Apache-2.0
 *
 * The C library's own use of malloc, and blocks that it hands to the program to free or to resize.
 */
#include "victim.h"

#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <grp.h>
#include <iconv.h>
#include <locale.h>
#include <netdb.h>
#include <pwd.h>
#include <regex.h>
#include <search.h>
#include <wchar.h>

static void check_strings(void)
{
    char *copy = strdup("a copy");
    CHECK(copy != NULL && strcmp(copy, "a copy") == 0);
    copy = realloc(copy, 10000);
    CHECK(copy != NULL && strcmp(copy, "a copy") == 0);
    free(copy);
    copy = strndup("a copy", 3);
    CHECK(copy != NULL && strcmp(copy, "a c") == 0);
    free(copy);
    wchar_t *wide = wcsdup(L"wide");
    CHECK(wide != NULL && wcscmp(wide, L"wide") == 0);
    free(wide);
    char *text = NULL;
    CHECK(asprintf(&text, "%*d", 100000, 7) == 100000);
    CHECK(text[99999] == '7' && text[0] == ' ');
    free(text);
}

static void check_files(void)
{
    char *line = NULL;
    size_t capacity = 0;
    FILE *file = tmpfile();
    CHECK(file != NULL);
    for (int i = 0; i < 500; i++) {
        CHECK(fprintf(file, "%*d\n", i * 3 + 1, i) == (i * 3 + 1 > 0 ? i * 3 + 2 : 0));
    }
    rewind(file);
    for (int i = 0; i < 500; i++) {
        ssize_t length = getline(&line, &capacity, file);
        CHECK(length == i * 3 + 2 && malloc_usable_size(line) >= capacity);
        CHECK(atoi(line) == i);
    }
    CHECK(fclose(file) == 0);
    free(line);
    char *memory = NULL;
    size_t written = 0;
    file = open_memstream(&memory, &written);
    CHECK(file != NULL);
    for (int i = 0; i < 20000; i++) {
        CHECK(fputs("0123456789", file) >= 0);
    }
    CHECK(fclose(file) == 0);
    CHECK(written == 200000 && strlen(memory) == 200000);
    free(memory);
    char *folder = getcwd(NULL, 0);
    char *path = realpath("/proc/self/../self", NULL);
    CHECK(folder != NULL && path != NULL);
    free(folder);
    free(path);
}

static int compare(const void *left, const void *right)
{
    const int *a = left;
    const int *b = right;
    return (*a > *b) - (*a < *b);
}

static void check_algorithms(void)
{
    enum { COUNT = 200000 };
    static int numbers[COUNT];
    unsigned state = 1;
    for (int i = 0; i < COUNT; i++) {
        numbers[i] = (int)next_random(&state);
    }
    qsort(numbers, COUNT, sizeof numbers[0], compare);
    for (int i = 1; i < COUNT; i++) {
        CHECK(numbers[i - 1] <= numbers[i]);
    }
    void *tree = NULL;
    for (int i = 0; i < 1000; i++) {
        CHECK(tsearch(&numbers[i * 7], &tree, compare) != NULL);
    }
    while (tree != NULL) {
        CHECK(tdelete(*(int **)tree, &tree, compare) != NULL);
    }
    regex_t expression;
    regmatch_t match[3];
    CHECK(regcomp(&expression, "^([a-z]+[0-9]*)+(x|y)*$", REG_EXTENDED) == 0);
    CHECK(regexec(&expression, "abc123def456xyxyxy", 3, match, 0) == 0);
    CHECK(regexec(&expression, "ABC", 3, match, 0) == REG_NOMATCH);
    regfree(&expression);
}

static void check_system(void)
{
    struct dirent **entries = NULL;
    int count = scandir("/usr/bin", &entries, NULL, alphasort);
    CHECK(count > 10);
    for (int i = 0; i < count; i++) {
        free(entries[i]);
    }
    free(entries);
    glob_t found;
    CHECK(glob("/usr/bin/*s*", 0, NULL, &found) == 0 && found.gl_pathc > 0);
    globfree(&found);
    CHECK(getpwuid(0) != NULL && getgrgid(0) != NULL);
    struct addrinfo *addresses = NULL;
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    CHECK(getaddrinfo("127.0.0.1", "80", &hints, &addresses) == 0);
    freeaddrinfo(addresses);
    iconv_t converter = iconv_open("UTF-16", "UTF-8");
    CHECK(converter == (iconv_t)-1 || iconv_close(converter) == 0);
    CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL && setlocale(LC_ALL, "C") != NULL);
    for (int i = 0; i < 300; i++) {
        char name[32];
        snprintf(name, sizeof name, "VARIABLE_%d", i);
        CHECK(setenv(name, name, 1) == 0);
    }
    CHECK(strcmp(getenv("VARIABLE_299"), "VARIABLE_299") == 0);
    CHECK(clearenv() == 0);
}

int main(void)
{
    victim_begin();
    for (int i = 0; i < 3; i++) {
        check_strings();
        check_files();
        check_algorithms();
    }
    check_system();
    return 0;
}
