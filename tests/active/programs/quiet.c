/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that does not allocate.
 */
int main(void)
{
    return 3;
}
