/* SPDX-License-Identifier: Apache-2.0
 *
 * Collects what a layer prints.
 */
#include "cairn/tests/support/report.h"

#include "cairn/base/print.h"

namespace cairn_test {

namespace {

void append(void *ctx, const char *text, size_t count)
{
    static_cast<std::string *>(ctx)->append(text, count);
}

} // namespace

std::string ReportOf(cairn_layer layer, cairn_report_format format)
{
    std::string text;
    cairn_print out;
    cairn_report report = {};
    cairn_print_to(&out, append, &text);
    report.format = format;
    report.out = &out;
    cairn_layer_stats(layer, &report);
    cairn_print_flush(&out);
    return text;
}

cairn_totals TotalsOf(cairn_layer layer)
{
    cairn_report report = {};
    cairn_layer_stats(layer, &report);
    return report.totals;
}

} // namespace cairn_test
