/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kernel reads of a program file: an ELF header, or the line of an interpreter.
 */
#ifndef CAIRN_TOOLS_ELF_FILE_H_
#define CAIRN_TOOLS_ELF_FILE_H_

#include "cairn/base/compiler.h"

typedef enum cairn_file_kind {
    CAIRN_FILE_OTHER, /* also a file that cannot be read, or is damaged */
    CAIRN_FILE_SCRIPT,
    CAIRN_FILE_STATIC,
    CAIRN_FILE_DYNAMIC,
    CAIRN_FILE_OTHER_CLASS, /* 32-bit where we have 64, or the other way round */
    CAIRN_FILE_OTHER_MACHINE,
} cairn_file_kind;

enum { CAIRN_INTERPRETER_MAX = 1024 };

/* For a script, interpreter is the program of its first line; for a dynamic program its loader; else "". It
 * has CAIRN_INTERPRETER_MAX bytes. */
cairn_file_kind cairn_file_examine(const char *path, char *interpreter);

#endif /* CAIRN_TOOLS_ELF_FILE_H_ */
