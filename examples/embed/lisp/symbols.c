/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash table with chains through the symbols.
 */
#include "lisp/symbols.h"

#include <string.h>

#include "lisp/gc.h"
#include "lisp/memory.h"

static symbol **buckets;
static size_t bucket_count = 256; /* a power of two */
static size_t symbol_count;

bool symbols_start(void)
{
    buckets = memory_table_new(bucket_count, sizeof *buckets);
    return buckets != NULL;
}

/* FNV-1a. */
static size_t hash(const char *text, size_t length)
{
    uint64_t h = 14695981039346656037U;
    for (size_t i = 0; i < length; i++) {
        h = (h ^ (unsigned char)text[i]) * 1099511628211U;
    }
    return (size_t)(h ^ (h >> 32));
}

static symbol **bucket_of(symbol **table, size_t count, const char *text, size_t length)
{
    return &table[hash(text, length) & (count - 1)];
}

/* Without memory for a larger table the chains just grow longer. */
static void grow(void)
{
    size_t count = bucket_count * 2;
    symbol **larger = memory_table_new(count, sizeof *larger);
    if (larger == NULL) {
        return;
    }
    for (size_t i = 0; i < bucket_count; i++) {
        while (buckets[i] != NULL) {
            symbol *s = buckets[i];
            string *name = as_string(s->name);
            symbol **bucket = bucket_of(larger, count, name->bytes, name->length);
            buckets[i] = s->chain;
            s->chain = *bucket;
            *bucket = s;
        }
    }
    memory_table_free(buckets);
    buckets = larger;
    bucket_count = count;
}

value symbol_of(const char *text, size_t length)
{
    symbol **bucket = bucket_of(buckets, bucket_count, text, length);
    for (symbol *s = *bucket; s != NULL; s = s->chain) {
        string *name = as_string(s->name);
        if (name->length == length && memcmp(name->bytes, text, length) == 0) {
            return &s->object;
        }
    }
    symbol *made = as_symbol(new_symbol(new_string(text, length)));
    made->chain = *bucket;
    *bucket = made;
    if (++symbol_count > bucket_count) {
        grow();
    }
    return &made->object;
}

void symbols_define_builtins(const builtin *builtins, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        value name = symbol_of(builtins[i].name, strlen(builtins[i].name));
        as_symbol(name)->global = new_builtin(&builtins[i]);
    }
}

void symbols_reach_all(void)
{
    for (size_t i = 0; i < bucket_count; i++) {
        for (symbol *s = buckets[i]; s != NULL; s = s->chain) {
            gc_reach(&s->object);
        }
    }
}

void symbols_forget_all(void)
{
    memory_table_free(buckets);
    buckets = NULL;
    bucket_count = 0;
}
