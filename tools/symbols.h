/* SPDX-License-Identifier: Apache-2.0
 *
 * Names for addresses of code: function, file and line, as the debug information of a program or library
 * has them, else its symbol table. Built on libdw. For this process's own memory only: the program that
 * the addresses are from has ended, and only its files are read.
 */
#ifndef CAIRN_TOOLS_SYMBOLS_H_
#define CAIRN_TOOLS_SYMBOLS_H_

#include "cairn/base/compiler.h"

typedef struct cairn_symbols cairn_symbols;

/* A place in the source. Texts are good until the visit returns. */
typedef struct cairn_code_place {
    const char *function; /* demangled; NULL when nobody knows it */
    const char *file;     /* NULL without debug information, as the compiler was given it */
    int line;             /* 0 when it is not known */
} cairn_code_place;

typedef void cairn_code_visit(void *arg, const cairn_code_place *place);

/* NULL when there is no memory. */
cairn_symbols *cairn_symbols_open(void);
void cairn_symbols_close(cairn_symbols *symbols);

/* Visits what stands at an address of code, given as the path of its ELF file and the address that it has
 * in that file: the function, before it those that were inlined there, innermost first. At least one
 * visit, if only with nothing known. */
void cairn_symbols_find(cairn_symbols *symbols, const char *module, uint64_t address,
                        cairn_code_visit *visit, void *arg);

#endif /* CAIRN_TOOLS_SYMBOLS_H_ */
