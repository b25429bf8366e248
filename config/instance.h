/* SPDX-License-Identifier: Apache-2.0
 *
 * What the C file of a generated stack is written in: the states of the layers that its header
 * declares. Everything is initialised by the loader, so that the stack serves allocations from before
 * any constructor ran. Instances stand in the order of the stack, bottom first.
 */
#ifndef CAIRN_CONFIG_INSTANCE_H_
#define CAIRN_CONFIG_INSTANCE_H_

#include "cairn/base/environment.h"
#include "cairn/config/lazy_arena.h"
#include "cairn/config/preset.h"
#include "cairn/config/stack.h"

CAIRN_EXTERN_C_BEGIN

/* Ends the program, whose stack cannot be had: "cairn: my_heap: hook x of domain raw: sentence". */
__attribute__((noreturn, cold)) void cairn_stack_refuse(const char *config, const char *hook,
                                                        const char *domain, const char *sentence);

CAIRN_EXTERN_C_END

/* The layer's table as one object, whose address a domain publishes. */
#define CAIRN_STACK_PUBLISH(layer)                                                                 \
    const cairn_layer layer##_published = CAIRN_LAYER_INITIALISER(layer);

/* For an allocator without state. */
#define CAIRN_STACK_ALLOCATOR_INSTANCE(name) const char name##_state = 0;

#define CAIRN_STACK_OR_TRIM_INSTANCE(name, below)                                                  \
    const char name##_state = 0;                                                                   \
    CAIRN_OR_TRIM_DEFINE(name, below)

/* Allocator symbol with a state that starts with a cairn_allocator_node. */
#define CAIRN_STACK_STATE_INSTANCE(name, symbol, ...)                                              \
    symbol##_state name##_state = {.node = {__VA_ARGS__}};                                         \
    CAIRN_UNUSED static bool name##_set_arena_source(cairn_arena_source source)                    \
    {                                                                                              \
        name##_state.node.arena = source;                                                          \
        return true;                                                                               \
    }                                                                                              \
    CAIRN_UNUSED static cairn_arena_source name##_get_arena_source(void)                           \
    {                                                                                              \
        return name##_state.node.arena;                                                            \
    }

/* The raw domain as it is until a configuration says which one it is. */
#define CAIRN_STACK_RAW_FORWARD_INSTANCE(name, raw_layer)                                          \
    static cairn_domain name##_until_start = {                                                     \
        &raw_layer##_published, "raw", 'r', true, &raw_layer##_published, NULL, cairn_domain_take, \
        cairn_domain_give,      NULL,                                                              \
    };                                                                                             \
    cairn_domain *name##_state = &name##_until_start;

/* A hook's state, and its options read before the program's own constructors run. */
#define CAIRN_STACK_HOOK_INSTANCE(layer, symbol, below, config, domain_name, domain_id,            \
                                  option_text)                                                     \
    symbol##_state layer##_state = {                                                               \
        .node = {CAIRN_LAYER_INITIALISER(below), domain_name, option_text, domain_id, false,       \
                 false},                                                                           \
    };                                                                                             \
    __attribute__((constructor(101))) static void layer##_begin(int argc, char **argv,             \
                                                                char **envp)                       \
    {                                                                                              \
        const char *error = NULL;                                                                  \
        (void)argc;                                                                                \
        (void)argv;                                                                                \
        cairn_environment_note(envp);                                                              \
        if (!symbol##_open(&layer##_state, option_text, &error)) {                                 \
            cairn_stack_refuse(config, symbol##_hook.name, domain_name, error);                    \
        }                                                                                          \
    }

/* An arena provider that is set up with options, when the first arena is needed. */
#define CAIRN_STACK_LAZY_ARENA(name, symbol, option_text)                                          \
    static cairn_lazy_arena name = {.make = symbol##_make, .options = option_text};

#endif /* CAIRN_CONFIG_INSTANCE_H_ */
