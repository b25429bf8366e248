/* SPDX-License-Identifier: Apache-2.0
 *
 * A C++ program, with the libraries that C++ brings.
 */
#include <iostream>
#include <string>

int main(int argc, char **argv)
{
    std::string name(static_cast<size_t>(argc) * 1000, argv[0][0]);
    std::cout << "main() runs: " << name << "\n";
    return 3;
}
