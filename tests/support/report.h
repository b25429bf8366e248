/* SPDX-License-Identifier: Apache-2.0
 *
 * A layer's report as a string, and its totals.
 */
#ifndef CAIRN_TESTS_SUPPORT_REPORT_H_
#define CAIRN_TESTS_SUPPORT_REPORT_H_

#include <string>

#include "cairn/allocators/allocator.h"

namespace cairn_test {

std::string ReportOf(cairn_layer layer, cairn_report_format format);

cairn_totals TotalsOf(cairn_layer layer);

} // namespace cairn_test

#endif /* CAIRN_TESTS_SUPPORT_REPORT_H_ */
