/* SPDX-License-Identifier: Apache-2.0
 *
 * A memory bug with names that C++ makes long.
 */
#include <cstring>
#include <string>
#include <vector>

namespace market {

template <typename Item> class basket {
  public:
    __attribute__((noinline)) explicit basket(const std::vector<Item> &items)
        : items_(new Item[items.size()])
    {
        std::memset(static_cast<void *>(items_), 0, sizeof(Item) * items.size() + 1);
    }
    basket(const basket &) = delete;
    basket &operator=(const basket &) = delete;
    __attribute__((noinline)) ~basket()
    {
        delete[] items_; /* mark: delete */
    }

  private:
    Item *items_;
};

__attribute__((noinline)) void shop(const std::string &name)
{
    std::vector<long> items(name.size() + 3);
    basket<long> one(items);
} /* mark: shop */

} // namespace market

int main(int argc, char **argv)
{
    market::shop(argv[argc - 1]); /* mark: main */
    return 0;
}
