/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds a case in the tables and runs it.
 */
#include "bugs.h"

#include <sys/resource.h>

bool is_good;

static const bug *const tables[] = {out_of_bounds, bad_pointers, life_times, domain_errors};

char *bug_block(const bug *self)
{
    char *block = opaque(malloc(opaque_size(self->size)));
    CHECK(block != NULL);
    fill(block, self->size, 0x20);
    return block;
}

__attribute__((noinline)) void bug_end(const bug *self, void *ptr)
{
    if (self->in_resize) {
        ptr = opaque(realloc(ptr, opaque_size(self->size * 2 + 100)));
        CHECK(ptr != NULL);
    }
    free(opaque(ptr));
}

void bug_churn(void)
{
    for (size_t i = 0; i < 3000; i++) {
        free(opaque(malloc(1000 + i % 100)));
    }
}

/* What pymalloc passes on to libc, with the 24 bytes around a block. */
enum { IN_POOLS_MAX = 512 - 24 };

/* Names, and the sentences under debug, pymalloc_debug and malloc_debug. */
static void list(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const bug *each = tables[i]; each->name != NULL; each++) {
            const char *over_libc = each->over_libc != NULL ? each->over_libc : each->sentence;
            printf("%s\t%s\t%s\t%s\n", each->name, each->sentence,
                   each->size <= IN_POOLS_MAX ? each->sentence : over_libc, over_libc);
        }
    }
}

static const bug *find(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const bug *each = tables[i]; each->name != NULL; each++) {
            if (strcmp(each->name, name) == 0) {
                return each;
            }
        }
    }
    FAIL("no such case");
}

int main(int argc, char **argv)
{
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    CHECK(argc >= 2);
    if (strcmp(argv[1], "--list") == 0) {
        list();
        return 0;
    }
    victim_limit_time();
    is_good = strcmp(argv[1], "--good") == 0;
    const bug *chosen = find(argv[argc - 1]);
    chosen->run(chosen);
    bug_churn();
    return 0;
}
