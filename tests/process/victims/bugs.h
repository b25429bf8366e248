/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs with one memory bug each, in a table: bugs CASE makes the bug of the case, bugs --good CASE
 * does the same work without it, and bugs --list prints the table.
 */
#ifndef CAIRN_TESTS_PROCESS_VICTIMS_BUGS_H_
#define CAIRN_TESTS_PROCESS_VICTIMS_BUGS_H_

#include "victim.h"

typedef struct bug bug;
struct bug {
    const char *name;
    void (*run)(const bug *self);
    size_t size;    /* of the block */
    size_t by;      /* bytes out of its bounds, or where in it the pointer is */
    bool in_resize; /* the block is met by realloc, not by free */
    /* The first line of the report, behind "cairn: ", as a regular expression; PTR stands for a pointer. */
    const char *sentence;
    /* The same where libc has the memory around blocks and only their layout tells; NULL when it is the
     * same. */
    const char *over_libc;
};

/* Whether the bug is left out. */
extern bool is_good;

/* Ends the table. */
extern const bug out_of_bounds[];
extern const bug bad_pointers[];
extern const bug life_times[];
extern const bug domain_errors[];

/* Makes the block of a case. */
char *bug_block(const bug *self);

/* Gives a block to free or to realloc, as the case says. */
void bug_end(const bug *self, void *ptr);

/* Allocates and frees more than a quarantine keeps back. */
void bug_churn(void);

/* Cairn's functions, linked in or preloaded; name is a function's own name. */
#define FIND(function)                                                                             \
    (function != NULL ? (void *)(uintptr_t)function : dlsym(RTLD_DEFAULT, #function))

#endif /* CAIRN_TESTS_PROCESS_VICTIMS_BUGS_H_ */
