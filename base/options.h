/* SPDX-License-Identifier: Apache-2.0
 *
 * The text form of a part with options: NAME[:key=value]..., several of them separated by commas.
 */
#ifndef CAIRN_BASE_OPTIONS_H_
#define CAIRN_BASE_OPTIONS_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

enum { CAIRN_OPTION_TEXT_MAX = 256 };

/* One item of a list, as two strings of its own. */
typedef struct cairn_part_text {
    char name[CAIRN_OPTION_TEXT_MAX];
    char options[CAIRN_OPTION_TEXT_MAX]; /* what follows the first colon; "" when there is none */
} cairn_part_text;

/* Reads the next item at *cursor and moves past it and its comma. false at the end of the text.
 * Items that are too long are cut. */
bool cairn_next_part(const char **cursor, cairn_part_text *out);

/* The value of a key in "key=value:key=value"; false when the key is not there. */
bool cairn_option_find(const char *options, const char *key, char *out, size_t capacity);

/* Reads a number of bytes with an optional K, M or G; false when the text is anything else or too
 * large. */
bool cairn_parse_bytes(const char *text, size_t *out);

CAIRN_EXTERN_C_END

#endif /* CAIRN_BASE_OPTIONS_H_ */
