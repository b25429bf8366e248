/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks the layers of all domains.
 */
#include "cairn/config/report.h"

#include <string.h>

#include "cairn/base/print.h"

static cairn_layer layer_at(const cairn_domain_table *table, size_t index)
{
    return *cairn_domain_get(&table->domains[index]);
}

static void collect(const cairn_domain_table *table, cairn_report *report)
{
    size_t count = cairn_domain_count_in(table);
    for (size_t i = 0; i < count; i++) {
        cairn_layer_stats(layer_at(table, i), report);
    }
}

void cairn_table_stats_write(const cairn_domain_table *table, const char *preset, int fd,
                             cairn_report_format format)
{
    cairn_report report;
    cairn_print out;
    memset(&report, 0, sizeof report);
    cairn_print_to_fd(&out, fd);
    report.format = format;
    report.out = &out;
    if (format == CAIRN_REPORT_JSON) {
        cairn_printf(&out, "{\"preset\": \"%s\", \"sections\": [\n  ", preset);
    }
    collect(table, &report);
    if (format == CAIRN_REPORT_JSON) {
        cairn_printf(&out, "\n]}\n");
    }
    cairn_print_flush(&out);
}

void cairn_table_stats_totals(const cairn_domain_table *table, cairn_totals *out)
{
    cairn_report report;
    memset(&report, 0, sizeof report);
    collect(table, &report);
    *out = report.totals;
}

bool cairn_table_check_all(const cairn_domain_table *table)
{
    bool good = true;
    size_t count = cairn_domain_count_in(table);
    for (size_t i = 0; i < count; i++) {
        good = cairn_layer_check(layer_at(table, i)) && good;
    }
    return good;
}

size_t cairn_table_trim(const cairn_domain_table *table)
{
    size_t given_back = 0;
    size_t count = cairn_domain_count_in(table);
    for (size_t i = 0; i < count; i++) {
        given_back += cairn_layer_trim(layer_at(table, i));
    }
    return given_back;
}
