/* SPDX-License-Identifier: Apache-2.0
 *
 * What programs/ include as <Python.h> when they are built with Cairn: the same standard headers, and
 * CPython's memory interface.
 */
#ifndef CAIRN_TESTS_PYMEM_INCLUDE_PYTHON_H_
#define CAIRN_TESTS_PYMEM_INCLUDE_PYTHON_H_

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cairn/domains/pymem.h"

#endif /* CAIRN_TESTS_PYMEM_INCLUDE_PYTHON_H_ */
