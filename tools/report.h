/* SPDX-License-Identifier: Apache-2.0
 *
 * What `cairn run --stats` writes after the program's end, as text and as JSON.
 */
#ifndef CAIRN_TOOLS_REPORT_H_
#define CAIRN_TOOLS_REPORT_H_

#include "cairn/base/print.h"
#include "launch.h"
#include "page.h"

typedef struct cairn_run_report {
    const char *name; /* of the program, as the user called it */
    const char *path;
    const char *preset;
    const char *arena; /* NULL: the preset has none */
    /* mem and obj pass large blocks down to raw: those are not in arenas, and raw counts them, too. */
    bool raw_is_below;
    bool is_bold; /* headings, for a terminal */
    cairn_ending ending;
    cairn_summary summary;
} cairn_run_report;

void cairn_report_text(const cairn_run_report *report, cairn_print *out);
void cairn_report_json(const cairn_run_report *report, cairn_print *out);

#endif /* CAIRN_TOOLS_REPORT_H_ */
