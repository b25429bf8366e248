/* SPDX-License-Identifier: Apache-2.0
 *
 * Statistics of domains in use: the totals are those of the blocks that are live, the JSON is JSON, and in the
 * text the bytes of arenas are the sum of what they are said to be made of (clause B10.4).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cairn/base/math.h"
#include "cairn/config/report.h"
#include "cairn/domains/hooks.h"
#include "cairn/fuzz/catch.h"
#include "cairn/fuzz/domain_blocks.h"
#include "cairn/fuzz/engine/target.h"
#include "cairn/fuzz/json_check.h"
#include "cairn/fuzz/tally_hook.h"
#include "cairn/hooks/fail/fail.h"

enum { OPERATIONS_MAX = 200, TEXT_BYTES = 1 << 17 };

static char text[TEXT_BYTES];

static void write_report(const fuzz_domains *world, cairn_report_format format)
{
    static int fd = -1;
    if (fd < 0) {
        fd = memfd_create("report", MFD_CLOEXEC);
    }
    if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0) {
        abort();
    }
    cairn_table_stats_write(&world->table, "fuzz", fd, format);
    ssize_t count = pread(fd, text, sizeof text - 1, 0);
    fuzz_expect(count > 0 && (size_t)count < sizeof text - 1, "a report", "", "");
    text[count] = '\0';
}

/* The number behind the equals sign of a line that begins so, without its commas. */
static size_t number_of(const char *from, const char *start, const char **behind)
{
    const char *line = strstr(from, start);
    size_t value = 0;
    fuzz_expect(line != NULL, "a line is there", start, from);
    const char *at = strchr(line, '=');
    fuzz_expect(at != NULL, "a line has a number", start, line);
    for (at += strspn(at, "= "); (*at >= '0' && *at <= '9') || *at == ','; at++) {
        value = *at == ',' ? value : value * 10 + (size_t)(*at - '0');
    }
    fuzz_expect(*at == '\n', "a number ends the line", start, line);
    *behind = at + 1;
    return value;
}

/* Lines of pymalloc's section from the live bytes on, which add up to the line Total and to the arenas. */
static void check_text(void)
{
    const char *at = text;
    const char *ignored;
    size_t arenas = number_of(strstr(text, " arenas * "), " bytes/arena", &at);
    size_t sum = number_of(at, "# bytes in allocated blocks", &at);
    while (strncmp(at, "Total", 5) != 0) {
        sum += number_of(at, "", &at);
    }
    fuzz_expect(number_of(at, "Total", &ignored) == sum, "the total of the lines", at, "");
    fuzz_expect(sum == arenas, "the total is that of arenas", text, "");
}

static void check_totals(const fuzz_domains *world)
{
    cairn_totals totals;
    size_t blocks = 0;
    size_t bytes = 0;
    cairn_table_stats_totals(&world->table, &totals);
    for (unsigned i = 0; i < FUZZ_DOMAIN_BLOCKS; i++) {
        const fuzz_domain_block *block = &world->blocks[i];
        if (block->start != NULL) {
            cairn_layer layer = *cairn_domain_get(&world->domains[block->domain]);
            blocks++;
            bytes += cairn_layer_usable_size(layer, block->start);
        }
    }
    fuzz_expect(totals.counts_blocks && totals.live_blocks == blocks, "live blocks", "", "");
    fuzz_expect(totals.live_bytes == bytes, "live bytes", "", "");
    fuzz_expect(totals.live_bytes + totals.quantization_bytes <= totals.arena_bytes,
                "blocks are in arenas", "", "");
    fuzz_expect(totals.arena_bytes <= totals.arena_peak_bytes, "the peak", "", "");
    fuzz_expect(totals.arenas_live <= totals.arenas_allocated, "arenas", "", "");
}

static void check_reports(const fuzz_domains *world)
{
    check_totals(world);
    write_report(world, CAIRN_REPORT_JSON);
    fuzz_expect(fuzz_is_json(text), "it is JSON", text, "");
    write_report(world, CAIRN_REPORT_TEXT);
    check_text();
}

/* The same hooks in each domain, if the input says so; where they stand is put back at the end. */
static void put_hooks(fuzz_domains *world, uint8_t which)
{
    static const cairn_hook *const hooks[] = {&cairn_stats_hook, &fuzz_tally_hook,
                                              &cairn_fail_hook};
    const char *error;
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        for (unsigned hook = 0; hook < 3; hook++) {
            bool is_put = which >> (hook + i) & 1;
            cairn_status status =
                is_put ? cairn_domain_put_hook(&world->domains[i], hooks[hook], "", &error)
                       : CAIRN_OK;
            fuzz_expect(status == CAIRN_OK, "a hook is put", "", "");
        }
    }
}

static void work(fuzz_domains *world)
{
    uint8_t operation = fuzz_byte(&world->input);
    unsigned domain = (unsigned)fuzz_below(&world->input, CAIRN_DOMAINS_BUILT_IN);
    fuzz_sight sight = {.is_exact = true};
    sight.is_seen = cairn_domain_has_hook(&world->domains[domain], &cairn_stats_hook);
    fuzz_sight tally = {.is_exact = true};
    tally.is_seen = cairn_domain_has_hook(&world->domains[domain], &fuzz_tally_hook);
    if (operation >= 250) {
        check_reports(world);
    } else {
        fuzz_domains_work(world, domain, operation, &sight, &tally);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fuzz_domains world;
    world.input = (fuzz_input){data, size};
    fuzz_domains_open(&world);
    put_hooks(&world, fuzz_byte(&world.input));
    for (int i = 0; i < OPERATIONS_MAX && world.input.left > 0; i++) {
        work(&world);
    }
    check_reports(&world);
    fuzz_domains_drain(&world);
    for (unsigned i = 0; i < CAIRN_DOMAINS_BUILT_IN; i++) {
        cairn_domain_set(&world.domains[i], *world.domains[i].built_in);
    }
    fuzz_relay_close(&world.bottom, 0);
    return 0;
}
