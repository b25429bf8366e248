/* SPDX-License-Identifier: Apache-2.0
 *
 * A library that allocates.
 */
#ifndef CAIRN_TESTS_ACTIVE_PROGRAMS_LIBRARY_H_
#define CAIRN_TESTS_ACTIVE_PROGRAMS_LIBRARY_H_

__attribute__((visibility("default"))) void *library_block(void);

#endif /* CAIRN_TESTS_ACTIVE_PROGRAMS_LIBRARY_H_ */
