/* SPDX-License-Identifier: Apache-2.0
 *
 * The subjects of a table that a rule has written: the domains of configurations by their named functions
 * and as layers, arena providers, and hooks that are put over a domain when the program runs.
 */
#include <cstdio>
#include <map>

#include <gtest/gtest.h>

#include "cairn/tests/contract/arena_subject.h"
#include "cairn/tests/contract/subject.h"

namespace cairn_test {

namespace {

const cairn_contract_domain *names_of(void *ctx)
{
    return static_cast<const cairn_contract_domain *>(ctx);
}

cairn_layer layer_of(const cairn_contract_domain *domain)
{
    return *cairn_domain_get(&domain->table->domains[domain->number]);
}

void *by_name_malloc(void *ctx, size_t size)
{
    return (names_of(ctx)->malloc)(size);
}

void *by_name_calloc(void *ctx, size_t count, size_t size)
{
    return (names_of(ctx)->calloc)(count, size);
}

void *by_name_realloc(void *ctx, void *ptr, size_t size)
{
    return (names_of(ctx)->realloc)(ptr, size);
}

void by_name_free(void *ctx, void *ptr)
{
    (names_of(ctx)->free)(ptr);
}

size_t by_name_usable_size(void *ctx, const void *ptr)
{
    return names_of(ctx)->usable_size(ptr);
}

void *by_name_aligned_alloc(void *ctx, size_t alignment, size_t size)
{
    return (names_of(ctx)->aligned_alloc)(alignment, size);
}

void *by_name_block_start(void *ctx, const void *address)
{
    return cairn_layer_block_start(layer_of(names_of(ctx)), address);
}

bool by_name_owns(void *ctx, const void *ptr)
{
    return cairn_layer_owns(layer_of(names_of(ctx)), ptr);
}

size_t by_name_trim(void *ctx)
{
    return cairn_layer_trim(layer_of(names_of(ctx)));
}

bool by_name_check(void *ctx)
{
    return cairn_layer_check(layer_of(names_of(ctx)));
}

void by_name_stats(void *ctx, cairn_report *report)
{
    cairn_layer_stats(layer_of(names_of(ctx)), report);
}

bool by_name_owns_block(void *ctx, const void *ptr)
{
    return cairn_layer_owns_block(layer_of(names_of(ctx)), ptr);
}

bool by_name_walk(void *ctx, cairn_block_visit *visit, void *arg)
{
    return cairn_layer_walk(layer_of(names_of(ctx)), visit, arg);
}

const cairn_allocator_more by_name_more = {
    by_name_usable_size, by_name_aligned_alloc, by_name_block_start, by_name_owns, by_name_trim,
    by_name_check,       by_name_stats,         by_name_owns_block,  by_name_walk, nullptr,
};

cairn_layer by_name(const cairn_contract_domain *domain)
{
    auto *ctx = const_cast<cairn_contract_domain *>(domain);
    return {{ctx, by_name_malloc, by_name_calloc, by_name_realloc, by_name_free}, &by_name_more};
}

size_t count_configurations()
{
    size_t count = 0;
    while (cairn_contract.configurations[count].name != nullptr) {
        count++;
    }
    return count;
}

/* Where four blocks of 20 MiB cannot be had: the largest power of two that can. */
size_t measure_room(cairn_layer layer)
{
    size_t room = (size_t)64 << 20;
    void *blocks[4];
    bool is_wide = true;
    for (void *&block : blocks) {
        block = cairn_layer_malloc(layer, 20 << 20);
        is_wide = is_wide && block != nullptr;
    }
    for (void *block : blocks) {
        cairn_layer_free(layer, block);
    }
    void *largest = nullptr;
    while (!is_wide && (largest = cairn_layer_malloc(layer, room)) == nullptr && room > 1) {
        room /= 2;
    }
    cairn_layer_free(layer, largest);
    return is_wide ? SIZE_MAX : room;
}

/* Measured when the layer is used first, for it stays. */
SubjectFactory subject(const std::string &name, unsigned offers, bool is_quick,
                       std::function<cairn_layer()> make)
{
    static std::map<std::string, size_t> rooms;
    return {name, [name, offers, make, is_quick](Subject *subject) {
                subject->layer = make();
                subject->offers = offers;
                subject->is_quick = is_quick;
                auto found = rooms.find(name);
                if (found == rooms.end()) {
                    found = rooms.emplace(name, measure_room(subject->layer)).first;
                }
                subject->room = found->second;
            }};
}

/* Domains of one configuration may share a layer, which then is a subject once. */
bool is_new_layer(const cairn_contract_domain *domain)
{
    for (const cairn_contract_domain *other = cairn_contract.domains; other != domain; other++) {
        if (other->table == domain->table &&
            cairn_domain_get(&other->table->domains[other->number]) ==
                cairn_domain_get(&domain->table->domains[domain->number])) {
            return false;
        }
    }
    return true;
}

cairn_layer put_over(const cairn_contract_hook *hook, const cairn_contract_domain *domain)
{
    static std::map<const cairn_contract_hook *, cairn_layer> put;
    if (put.count(hook) == 0) {
        const char *error = "";
        cairn_layer layer = layer_of(domain);
        EXPECT_TRUE(hook->hook->put_over(layer, "contract", hook->options, &layer, &error))
            << error;
        put[hook] = layer;
    }
    return put[hook];
}

std::vector<SubjectFactory> make_subjects()
{
    std::vector<SubjectFactory> all;
    const cairn_contract_domain *domain = cairn_contract.domains;
    for (; domain->name != nullptr; domain++) {
        bool is_quick = domain->table != cairn_contract.domains[0].table;
        all.push_back(subject(std::string(domain->name) + "_names", domain->offers, is_quick,
                              [domain] { return by_name(domain); }));
        if (is_new_layer(domain)) {
            all.push_back(subject(domain->name, domain->offers, is_quick,
                                  [domain] { return layer_of(domain); }));
        }
    }
    const cairn_contract_hook *hook = cairn_contract.hooks;
    for (; hook->name != nullptr; hook++) {
        all.push_back(subject(std::string(hook->name) + "_put_over", hook->offers, true,
                              [hook, domain] { return put_over(hook, domain - 1); }));
    }
    return all;
}

cairn_arena_source make_arena(const cairn_arena_choice *arena, const char *options)
{
    static std::map<const cairn_arena_choice *, cairn_arena_source> made;
    if (arena->make == nullptr) {
        return arena->source;
    }
    if (made.count(arena) == 0) {
        const char *error = "";
        cairn_arena_source source = {{}, &cairn_arena_nothing_more};
        EXPECT_TRUE(arena->make(options, &source, &error)) << error;
        made[arena] = source;
    }
    return made[arena];
}

std::vector<ArenaSubject> make_arenas()
{
    std::vector<ArenaSubject> all;
    for (size_t i = 0; cairn_contract.arenas[i].name != nullptr; i++) {
        const cairn_arena_choice *arena = &cairn_contract.arenas[i];
        const char *options = cairn_contract.arena_options[i];
        all.push_back({arena->name, [arena, options] { return make_arena(arena, options); }});
    }
    return all;
}

/* Says what is covered, and checks every configuration as a whole when all tests have run. */
class Configurations : public testing::Environment {
  public:
    void SetUp() override
    {
        const cairn_contract_configuration *configuration = cairn_contract.configurations;
        for (; configuration->name != nullptr; configuration++) {
            printf("covered: %s = %s\n", configuration->name, configuration->description);
        }
        printf("covered: %zu configurations, %zu subjects, %zu arena providers: %d cases\n",
               count_configurations(), AllSubjects().size(), AllArenas().size(),
               testing::UnitTest::GetInstance()->total_test_count());
    }

    void TearDown() override
    {
        const cairn_contract_configuration *configuration = cairn_contract.configurations;
        for (; configuration->name != nullptr; configuration++) {
            EXPECT_TRUE(configuration->check_all()) << configuration->name;
        }
    }
};

[[maybe_unused]] testing::Environment *const configurations =
    testing::AddGlobalTestEnvironment(new Configurations);

} // namespace

const std::vector<SubjectFactory> &AllSubjects()
{
    static const std::vector<SubjectFactory> all = make_subjects();
    return all;
}

const std::vector<ArenaSubject> &AllArenas()
{
    static const std::vector<ArenaSubject> all = make_arenas();
    return all;
}

} // namespace cairn_test
