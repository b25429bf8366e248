/* SPDX-License-Identifier: Apache-2.0
 *
 * The probe's files among themselves: lines of the report, and what is written about each object.
 *
 * A line is made of tab-separated fields and written when it ends, so that a crash loses nothing.
 */
#ifndef CAIRN_BAZEL_ACTIVE_TEST_PROBE_H_
#define CAIRN_BAZEL_ACTIVE_TEST_PROBE_H_

#include <stdbool.h>
#include <stdint.h>

#if __SIZEOF_SIZE_T__ == 8
#define OPERATOR_NEW "_Znwm"
#define OPERATOR_NEW_ARRAY "_Znam"
#else
#define OPERATOR_NEW "_Znwj"
#define OPERATOR_NEW_ARRAY "_Znaj"
#endif
#define OPERATOR_DELETE "_ZdlPv"
#define OPERATOR_DELETE_ARRAY "_ZdaPv"

/* Opens the report, which exists. */
bool report_open(const char *path);
/* A line begins with its kind and ends with a call of its own. */
void report_kind(const char *kind);
void report_field(const char *text);
void report_number(int value);
void report_end_line(void);

/* The functions that are looked at; NULL ends them. */
extern const char *const probe_names[];

/* The object, by its number in the loader's order (0 the program), that an address is in; or -1. */
int probe_object_of(uintptr_t address);
/* A line for each object; then one for each reference to a function that is looked at. */
void probe_write_objects(void);
void probe_write_slots(void);

#endif /* CAIRN_BAZEL_ACTIVE_TEST_PROBE_H_ */
