/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that does nothing: what is in it is its malloc.
 */
int main(void)
{
    return 0;
}
