/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the sanitizers' own malloc answer NULL to requests that are too large, as libc's does.
 */
extern "C" const char *__asan_default_options();
extern "C" const char *__tsan_default_options();

extern "C" const char *__asan_default_options()
{
    return "allocator_may_return_null=1";
}

extern "C" const char *__tsan_default_options()
{
    return "allocator_may_return_null=1";
}
