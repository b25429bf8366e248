/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the text of a plan.
 */
#include "cairn/hooks/fail/plan.h"

#include <string.h>

#include "cairn/base/options.h"

/* A bit for each key that was given. */
enum {
    KEY_NTH = 1 << 0,
    KEY_FROM = 1 << 1,
    KEY_TO = 1 << 2,
    KEY_START = 1 << 3,
    KEY_STOP = 1 << 4,
    KEY_PROBABILITY = 1 << 5,
    KEY_SEED = 1 << 6,
    KEY_DOMAIN = 1 << 7,
    KEY_MIN_SIZE = 1 << 8,
    KEY_MAX_SIZE = 1 << 9,
    KEY_WINDOW = KEY_FROM | KEY_TO | KEY_START | KEY_STOP,
};

/* The text between two colons, as its key and its value. */
typedef struct option {
    char name[16];
    char value[CAIRN_FAIL_TEXT_MAX];
} option;

static bool read_number(const char *text, uint64_t *out)
{
    uint64_t value = 0;
    size_t digits = 0;
    for (; *text >= '0' && *text <= '9'; text++, digits++) {
        uint64_t digit = (uint64_t)(*text - '0');
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, digit, &value)) {
            return false;
        }
    }
    *out = value;
    return digits > 0 && *text == '\0';
}

/* "0", "1", "0.25", ".01"; digits beyond the ninth are cut. */
static bool read_probability(const char *text, uint64_t *out)
{
    uint64_t value = 0;
    uint64_t unit = CAIRN_FAIL_PARTS;
    size_t digits = 0;
    for (; *text == '0' || *text == '1'; text++, digits++) {
        if (value != 0) {
            return false;
        }
        value = *text == '1' ? unit : 0;
    }
    bool has_point = *text == '.';
    for (text += has_point; has_point && *text >= '0' && *text <= '9'; text++, digits++) {
        unit /= 10;
        value += unit * (uint64_t)(*text - '0');
    }
    *out = value;
    return digits > 0 && *text == '\0' && value <= CAIRN_FAIL_PARTS;
}

/* Names between plus signs; no character that a report would have to escape. */
static bool read_domains(cairn_fail_plan *plan, const char *text)
{
    size_t length = 0;
    for (const char *c = text; *c != '\0'; c++) {
        length = *c == '+' ? 0 : length + 1;
        if ((*c == '+' && (c == text || c[-1] == '+')) || *c < ' ' || *c == '"' || *c == '\\') {
            return false;
        }
    }
    strcpy(plan->domains, text); /* no longer than the plan's text */
    return length > 0;
}

static bool read_from(cairn_fail_plan *plan, const char *text)
{
    return read_number(text, &plan->from) && plan->from > 0;
}

static bool read_to(cairn_fail_plan *plan, const char *text)
{
    return read_number(text, &plan->to) && plan->to > 0;
}

static bool read_start(cairn_fail_plan *plan, const char *text)
{
    return read_number(text, &plan->from) && plan->from < UINT64_MAX;
}

static bool read_stop(cairn_fail_plan *plan, const char *text)
{
    return read_number(text, &plan->to);
}

static bool read_chance(cairn_fail_plan *plan, const char *text)
{
    return read_probability(text, &plan->probability);
}

static bool read_seed(cairn_fail_plan *plan, const char *text)
{
    return read_number(text, &plan->seed);
}

static bool read_min_size(cairn_fail_plan *plan, const char *text)
{
    return cairn_parse_bytes(text, &plan->min_size);
}

static bool read_max_size(cairn_fail_plan *plan, const char *text)
{
    return cairn_parse_bytes(text, &plan->max_size);
}

/* What each key takes; the sentence is for a value that it does not take. */
static const struct {
    const char *name;
    unsigned key;
    bool (*read)(cairn_fail_plan *plan, const char *text);
    const char *sentence;
} keys_taken[] = {
    {"nth", KEY_NTH, read_from, "nth takes a request, counted from 1, as in nth=1000"},
    {"from", KEY_FROM, read_from, "from takes a request, counted from 1, as in from=10:to=20"},
    {"to", KEY_TO, read_to, "to takes a request, counted from 1, as in from=10:to=20"},
    {"start", KEY_START, read_start,
     "start takes a number of requests that succeed, as in start=10:stop=20"},
    {"stop", KEY_STOP, read_stop,
     "stop takes the last request that fails, 0 for none, as in start=10:stop=20"},
    {"probability", KEY_PROBABILITY, read_chance,
     "probability takes a number from 0 to 1, as in probability=0.01:seed=7"},
    {"seed", KEY_SEED, read_seed, "seed takes a number, as in probability=0.01:seed=7"},
    {"domain", KEY_DOMAIN, read_domains, "domain takes names of domains, as in domain=mem+obj"},
    {"min_size", KEY_MIN_SIZE, read_min_size, "min_size takes bytes, as in min_size=512 or 4K"},
    {"max_size", KEY_MAX_SIZE, read_max_size, "max_size takes bytes, as in max_size=512 or 4K"},
};

/* The key's bit; 0 and a sentence when the option is wrong. */
static unsigned read_option(cairn_fail_plan *plan, const option *given, const char **error)
{
    for (size_t i = 0; i < sizeof keys_taken / sizeof keys_taken[0]; i++) {
        if (strcmp(keys_taken[i].name, given->name) == 0) {
            *error = keys_taken[i].sentence;
            return keys_taken[i].read(plan, given->value) ? keys_taken[i].key : 0;
        }
    }
    *error =
        "unknown option; choose from: nth=N, from=N:to=N, start=N:stop=N, probability=P:seed=N, "
        "domain=D+D, min_size=BYTES, max_size=BYTES";
    return 0;
}

/* The next option of a text; one that has no value, or a name that no option has, has an empty name. */
static const char *next_option(const char *text, option *out)
{
    size_t length = strcspn(text, ":");
    size_t name = strcspn(text, "=:");
    bool fits = name < length && name < sizeof out->name;
    memcpy(out->name, text, fits ? name : 0);
    out->name[fits ? name : 0] = '\0';
    size_t skipped = fits ? name + 1 : length;
    memcpy(out->value, text + skipped, length - skipped);
    out->value[length - skipped] = '\0';
    return text + length + (text[length] == ':' ? 1 : 0);
}

static bool fit_together(const cairn_fail_plan *plan, unsigned keys, const char **error)
{
    const struct {
        bool is_wrong;
        const char *sentence;
    } rules[] = {
        {(keys & KEY_NTH) && (keys & (KEY_WINDOW | KEY_PROBABILITY)),
         "nth is one request; for several take from and to, or probability, without it"},
        {(keys & (KEY_FROM | KEY_TO)) && (keys & (KEY_START | KEY_STOP)),
         "from=N:to=M and start=N:stop=M say the same; take one of them"},
        {(keys & KEY_SEED) && !(keys & KEY_PROBABILITY),
         "seed is for probability, as in probability=0.01:seed=7"},
        {plan->to < plan->from, "the last request that fails is before the first; swap the two"},
        {plan->max_size < plan->min_size, "max_size is below min_size; swap the two"},
        {!(keys &
           (KEY_NTH | KEY_WINDOW | KEY_PROBABILITY | KEY_MIN_SIZE | KEY_MAX_SIZE | KEY_DOMAIN)),
         "nothing is to fail; say which, as in nth=1000"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].is_wrong) {
            *error = rules[i].sentence;
            return false;
        }
    }
    return true;
}

/* What was not given, and start and stop as from and to. */
static void complete(cairn_fail_plan *plan, unsigned keys)
{
    if (keys & (KEY_START | KEY_STOP)) {
        plan->from++;
        plan->to = plan->to != 0 ? plan->to : UINT64_MAX;
    }
    plan->from = plan->from != 0 ? plan->from : 1;
    if (keys & KEY_NTH) {
        plan->to = plan->from;
    } else if (!(keys & (KEY_TO | KEY_STOP))) {
        plan->to = UINT64_MAX;
    }
    plan->probability = keys & KEY_PROBABILITY ? plan->probability : (uint64_t)CAIRN_FAIL_PARTS;
    plan->max_size = keys & KEY_MAX_SIZE ? plan->max_size : SIZE_MAX;
}

bool cairn_fail_read(cairn_fail_plan *plan, const char *text, const char **error)
{
    unsigned keys = 0;
    option given;
    if (strlen(text) >= CAIRN_FAIL_TEXT_MAX) {
        *error = "a plan has at most 255 characters";
        return false;
    }
    strcpy(plan->text, text);
    while (*text != '\0') {
        text = next_option(text, &given);
        unsigned found = read_option(plan, &given, error);
        if (found == 0) {
            return false;
        }
        if (keys & found) {
            *error = "an option is there twice; give it once";
            return false;
        }
        keys |= found;
    }
    complete(plan, keys);
    return fit_together(plan, keys, error);
}
