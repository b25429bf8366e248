/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the sanitizers' own malloc answer NULL to requests that are too large, as libc's does.
 */
const char *__asan_default_options(void);
const char *__msan_default_options(void);
const char *__tsan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__msan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1:die_after_fork=0";
}
