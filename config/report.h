/* SPDX-License-Identifier: Apache-2.0
 *
 * Statistics, checks and trims over all domains of a configuration.
 */
#ifndef CAIRN_CONFIG_REPORT_H_
#define CAIRN_CONFIG_REPORT_H_

#include "cairn/domains/domain.h"

CAIRN_EXTERN_C_BEGIN

/* As cairn_stats_write and so on in cairn.h, for one table of domains. */
void cairn_table_stats_write(const cairn_domain_table *table, const char *preset, int fd,
                             cairn_report_format format);
void cairn_table_stats_totals(const cairn_domain_table *table, cairn_totals *out);
bool cairn_table_check_all(const cairn_domain_table *table);
size_t cairn_table_trim(const cairn_domain_table *table);

CAIRN_EXTERN_C_END

#endif /* CAIRN_CONFIG_REPORT_H_ */
