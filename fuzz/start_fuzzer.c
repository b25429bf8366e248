/* SPDX-License-Identifier: Apache-2.0
 *
 * The environment that a configuration starts with: any text in CAIRN_MALLOC, CAIRN_ARENA, CAIRN_HOOKS and
 * CAIRN_MALLOCSTATS. It is refused in one line that begins with "cairn: ", and the exit status 125; or what it
 * says is what was chosen, and each part was given the options that stand behind its name.
 */
#include <stdio.h>
#include <string.h>

#include "cairn/base/environment.h"
#include "cairn/base/options.h"
#include "cairn/fuzz/catch.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/input.h"
#include "cairn/fuzz/start_parts.h"

enum { VARIABLES = 4, TEXT_MAX = 700 };

static const char *const names[VARIABLES] = {"CAIRN_MALLOC", "CAIRN_ARENA", "CAIRN_HOOKS",
                                             "CAIRN_MALLOCSTATS"};

typedef struct start {
    char texts[VARIABLES][TEXT_MAX]; /* NAME=value */
    char *environment[VARIABLES + 1];
    const char *values[VARIABLES]; /* NULL: not given */
    const cairn_preset *in_force;
} start;

static void begin(void *arg)
{
    start *self = arg;
    cairn_start(fuzz_startup, &self->in_force, self->environment);
}

static void read_variables(fuzz_input *input, start *self)
{
    size_t count = 0;
    for (unsigned i = 0; i < VARIABLES; i++) {
        int length = snprintf(self->texts[i], TEXT_MAX, "%s=", names[i]);
        size_t read = fuzz_text(input, self->texts[i] + length, TEXT_MAX - (size_t)length);
        self->values[i] = read > 0 ? self->texts[i] + length : NULL;
        if (read > 0) {
            self->environment[count++] = self->texts[i];
        }
    }
    self->environment[count] = NULL;
}

/* "cairn: NAME=VALUE: sentence\n", where the value is one that was given. */
static void check_refusal(const start *self, const fuzz_caught *caught)
{
    const char *end = strchr(caught->text, '\n');
    bool is_known = false;
    fuzz_expect(caught->status == CAIRN_EXIT_CONFIGURATION, "the status of a refusal", "", "");
    fuzz_expect(end != NULL && end[1] == '\0', "a refusal is one line", caught->text, "");
    for (unsigned i = 0; i < VARIABLES; i++) {
        char head[64];
        snprintf(head, sizeof head, "cairn: %s=", names[i]);
        is_known =
            is_known || (self->values[i] != NULL && strncmp(caught->text, head, strlen(head)) == 0);
    }
    fuzz_expect(is_known, "a refusal names what was given", caught->text, "");
}

static void check_choice(const start *self)
{
    bool has_choice = fuzz_startup->presets[1] != NULL; /* else the variable is another's */
    const char *chosen =
        has_choice && self->values[0] != NULL ? self->values[0] : fuzz_startup->presets[0]->name;
    size_t length = strcspn(chosen, ":");
    fuzz_expect(strlen(self->in_force->name) == length &&
                    strncmp(self->in_force->name, chosen, length) == 0,
                "the preset that was named is in force", self->in_force->name, chosen);
    if (self->values[1] != NULL) {
        const char *colon = strchr(self->values[1], ':');
        fuzz_expect(strncmp(fuzz_parts_given("arena"), colon != NULL ? colon + 1 : "",
                            CAIRN_OPTION_TEXT_MAX - 1) == 0,
                    "the arena's options", fuzz_parts_given("arena"), self->values[1]);
    }
}

/* Each hook of the list, of which the last one's options count. */
static void check_hooks(const char *list)
{
    cairn_part_text part;
    while (list != NULL && cairn_next_part(&list, &part)) {
        bool is_known = strcmp(part.name, "stats") == 0 || strcmp(part.name, "debug") == 0 ||
                        strcmp(part.name, "fail") == 0;
        fuzz_expect(is_known, "what is no hook is refused", part.name, "");
        bool is_last = strstr(list, part.name) == NULL;
        fuzz_expect(!is_last || part.options[0] == '\0' ||
                        strcmp(fuzz_parts_given(part.name), part.options) == 0,
                    "a hook's options", fuzz_parts_given(part.name), part.options);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char *nothing = NULL;
    (void)argc;
    (void)argv;
    cairn_environment_note(&nothing); /* the first call counts, and what it is given has to stay */
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static start self;
    fuzz_input input = {data, size};
    fuzz_parts_reset(fuzz_byte(&input));
    read_variables(&input, &self);
    const fuzz_caught *caught = fuzz_catch(begin, &self);
    fuzz_expect(!caught->is_fatal, "nothing fails", caught->line, caught->text);
    if (caught->has_exited) {
        check_refusal(&self, caught);
    } else {
        fuzz_expect(caught->text[0] == '\0', "who starts is silent", caught->text, "");
        check_choice(&self);
        check_hooks(self.values[2]);
    }
    return 0;
}
