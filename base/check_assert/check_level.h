/* SPDX-License-Identifier: Apache-2.0
 *
 * How much Cairn checks itself (check.h). In tests: CAIRN_ASSERT too.
 * Bazel chooses one of three files of this name by the flag //base:check_level.
 */
#ifndef CAIRN_BASE_CHECK_LEVEL_H_
#define CAIRN_BASE_CHECK_LEVEL_H_

enum { CAIRN_CHECK_LEVEL = 1 };

#endif /* CAIRN_BASE_CHECK_LEVEL_H_ */
