/* SPDX-License-Identifier: Apache-2.0
 *
 * What the library offers.
 */
#ifndef CAIRN_TESTS_GENERATIONS_LIBRARY_H_
#define CAIRN_TESTS_GENERATIONS_LIBRARY_H_

/* Uses the library's heap and leaves a block; gives one back. */
__attribute__((visibility("default"))) void *plugin_use(void);
__attribute__((visibility("default"))) void plugin_give_back(void *block);

#endif /* CAIRN_TESTS_GENERATIONS_LIBRARY_H_ */
