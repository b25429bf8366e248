/* SPDX-License-Identifier: Apache-2.0
 *
 * The sizes worth trying, from the size classes themselves.
 */
#include <algorithm>

#include "cairn/allocators/large/regions.h"
#include "cairn/allocators/large/size_class.h"
#include "cairn/allocators/pymalloc/size_class.h"
#include "cairn/tests/contract/contract.h"

namespace cairn_test {

std::vector<size_t> BorderSizes(size_t largest)
{
    std::vector<size_t> borders = {0, 1, 65536, 131072, 1 << 20, 16 << 20, 20 << 20};
    for (unsigned c = 1; c <= CAIRN_SMALL_CLASSES; c++) {
        borders.push_back(cairn_small_class_bytes(c));
    }
    for (unsigned c = 1; c <= CAIRN_LARGE_CLASSES; c++) {
        borders.push_back(cairn_large_class_bytes(c));
    }
    std::vector<size_t> sizes;
    for (size_t border : borders) {
        for (size_t size : {border - 1, border, border + 1}) {
            if (size <= largest) {
                sizes.push_back(size);
            }
        }
    }
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

} // namespace cairn_test
