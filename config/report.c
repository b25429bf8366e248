/* SPDX-License-Identifier: Apache-2.0
 *
 * Statistics, checks and trims over all domains.
 */
#include <string.h>

#include "cairn/base/print.h"
#include "cairn/cairn.h"
#include "cairn/config/start.h"

static void collect(cairn_report *report)
{
    size_t count = cairn_domain_count();
    for (size_t i = 0; i < count; i++) {
        cairn_layer_stats(*cairn_domain_get(&cairn_domains[i]), report);
    }
}

void cairn_stats_write(int fd, cairn_report_format format)
{
    cairn_report report;
    cairn_print out;
    memset(&report, 0, sizeof report);
    cairn_print_to_fd(&out, fd);
    report.format = format;
    report.out = &out;
    if (format == CAIRN_REPORT_JSON) {
        cairn_printf(&out, "{\"preset\": \"%s\", \"sections\": [\n  ", cairn_preset_name());
    }
    collect(&report);
    if (format == CAIRN_REPORT_JSON) {
        cairn_printf(&out, "\n]}\n");
    }
    cairn_print_flush(&out);
}

void cairn_stats_totals(cairn_totals *out)
{
    cairn_report report;
    memset(&report, 0, sizeof report);
    collect(&report);
    *out = report.totals;
}

bool cairn_check_all(void)
{
    bool good = true;
    size_t count = cairn_domain_count();
    for (size_t i = 0; i < count; i++) {
        good = cairn_layer_check(*cairn_domain_get(&cairn_domains[i])) && good;
    }
    return good;
}

size_t cairn_trim(void)
{
    size_t given_back = 0;
    size_t count = cairn_domain_count();
    for (size_t i = 0; i < count; i++) {
        given_back += cairn_layer_trim(*cairn_domain_get(&cairn_domains[i]));
    }
    return given_back;
}
