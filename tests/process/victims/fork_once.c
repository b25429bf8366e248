/* SPDX-License-Identifier: Apache-2.0
 *
 * Forks; both sides free and resize what there was before, allocate anew, and exit with 0.
 */
#include "victim.h"

enum { BLOCKS = 200 };

static known_block *blocks[BLOCKS];

static void go_on(unsigned seed)
{
    for (int i = 0; i < BLOCKS; i++) {
        unsigned state = seed + (unsigned)i;
        if (i % 2 == 0) {
            known_free(blocks[i]);
            blocks[i] = known_new(&state);
        } else {
            blocks[i] = known_resize(blocks[i], &state);
        }
    }
    for (int i = 0; i < BLOCKS; i++) {
        known_free(blocks[i]);
    }
}

int main(void)
{
    unsigned state = 1;
    victim_begin();
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = known_new(&state);
    }
    pid_t child = fork();
    CHECK(child >= 0);
    go_on(child == 0 ? 2 : 3);
    if (child != 0) {
        reap(child);
    }
    return 0;
}
