/* SPDX-License-Identifier: Apache-2.0
 *
 * Each ELF file has a Dwfl of its own, opened when the first address in it is looked up.
 */
#include "symbols.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>

typedef struct module_symbols {
    char *path;
    Dwfl *dwfl;
    Dwfl_Module *module; /* NULL when the file cannot be read */
    GElf_Addr bias;      /* what libdw adds to addresses of the file */
    struct module_symbols *next;
} module_symbols;

struct cairn_symbols {
    module_symbols *modules;
};

/* One lookup. */
typedef struct lookup {
    Dwfl_Module *module;
    GElf_Addr address;
    Dwarf_Die *unit;
    cairn_code_place place; /* the innermost function's that was not visited yet */
    cairn_code_visit *visit;
    void *arg;
} lookup;

/* Of C++'s runtime, whose header is for C++ only. */
extern char *__cxa_demangle(const char *mangled, char *buffer, size_t *length, int *status);

static char *no_debug_folder;
static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
    .debuginfo_path = &no_debug_folder,
};

cairn_symbols *cairn_symbols_open(void)
{
    /* A server of debug information would be asked, with the user waiting for the report. */
    unsetenv("DEBUGINFOD_URLS");
    return calloc(1, sizeof(cairn_symbols));
}

void cairn_symbols_close(cairn_symbols *symbols)
{
    while (symbols->modules != NULL) {
        module_symbols *first = symbols->modules;
        symbols->modules = first->next;
        dwfl_end(first->dwfl);
        free(first->path);
        free(first);
    }
    free(symbols);
}

static void read_file(module_symbols *self)
{
    self->dwfl = dwfl_begin(&callbacks);
    if (self->dwfl == NULL) {
        return;
    }
    self->module = dwfl_report_offline(self->dwfl, self->path, self->path, -1);
    dwfl_report_end(self->dwfl, NULL, NULL);
    if (self->module != NULL && dwfl_module_getelf(self->module, &self->bias) == NULL) {
        self->module = NULL;
    }
}

static module_symbols *find_module(cairn_symbols *symbols, const char *path)
{
    for (module_symbols *known = symbols->modules; known != NULL; known = known->next) {
        if (strcmp(known->path, path) == 0) {
            return known;
        }
    }
    module_symbols *fresh = calloc(1, sizeof *fresh);
    char *copy = strdup(path);
    if (fresh == NULL || copy == NULL) {
        free(fresh);
        free(copy);
        return NULL;
    }
    fresh->path = copy;
    fresh->next = symbols->modules;
    symbols->modules = fresh;
    read_file(fresh);
    return fresh;
}

static void visit_named(const lookup *self, const char *linkage_name)
{
    cairn_code_place place = self->place;
    int status = -1;
    char *readable = NULL;
    if (linkage_name != NULL && strncmp(linkage_name, "_Z", 2) == 0) {
        readable = __cxa_demangle(linkage_name, NULL, NULL, &status);
    }
    place.function = status == 0 ? readable : linkage_name;
    self->visit(self->arg, &place);
    free(readable);
}

static const char *name_of(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    bool is_mangled = dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) != NULL ||
                      dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute) != NULL;
    return is_mangled ? dwarf_formstring(&attribute) : dwarf_diename(die);
}

/* Where an inlined function was called. */
static void move_to_call(lookup *self, Dwarf_Die *inlined)
{
    Dwarf_Attribute attribute;
    Dwarf_Files *files;
    Dwarf_Word value;
    self->place.file = NULL;
    self->place.line = 0;
    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &value) == 0 &&
        dwarf_getsrcfiles(self->unit, &files, NULL) == 0) {
        self->place.file = dwarf_filesrc(files, value, NULL, NULL);
    }
    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &value) == 0) {
        self->place.line = (int)value;
    }
}

/* Visits functions from the innermost scope outwards; whether the one that is not inlined was among
 * them. */
static bool visit_scopes(lookup *self, Dwarf_Die *scopes, int count)
{
    for (int i = 0; i < count; i++) {
        int tag = dwarf_tag(&scopes[i]);
        if (tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine) {
            visit_named(self, name_of(&scopes[i]));
        }
        if (tag == DW_TAG_subprogram) {
            return true;
        }
        if (tag == DW_TAG_inlined_subroutine) {
            move_to_call(self, &scopes[i]);
        }
    }
    return false;
}

/* By the table of addresses, which gcc writes; where there is none, as from clang, by looking into each unit. */
static Dwarf_Die *find_unit(const lookup *self, Dwarf_Addr *bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie(self->module, self->address, bias);
    for (Dwarf_Die *each = NULL;
         unit == NULL && (each = dwfl_module_nextcu(self->module, each, bias)) != NULL;) {
        unit = dwarf_haspc(each, self->address - *bias) == 1 ? each : NULL;
    }
    return unit;
}

static bool visit_by_debug_information(lookup *self)
{
    Dwarf_Addr bias;
    Dwarf_Die *by_address = NULL;
    Dwarf_Die *scopes = NULL;
    self->unit = find_unit(self, &bias);
    if (self->unit == NULL) {
        return false;
    }
    Dwarf_Line *line = dwarf_getsrc_die(self->unit, self->address - bias);
    if (line != NULL) {
        self->place.file = dwarf_linesrc(line, NULL, NULL);
        dwarf_lineno(line, &self->place.line);
    }
    if (dwarf_getscopes(self->unit, self->address - bias, &by_address) <= 0) {
        return false;
    }
    /* Those around an inlined function are where it was written; by its entry, where it was called. */
    int count = dwarf_getscopes_die(&by_address[0], &scopes);
    bool is_found = count > 0 && visit_scopes(self, scopes, count);
    free(by_address);
    free(scopes);
    return is_found;
}

void cairn_symbols_find(cairn_symbols *symbols, const char *module, uint64_t address,
                        cairn_code_visit *visit, void *arg)
{
    const module_symbols *file = find_module(symbols, module);
    lookup self = {.visit = visit, .arg = arg};
    if (file != NULL && file->module != NULL) {
        self.module = file->module;
        self.address = address + file->bias;
        if (!visit_by_debug_information(&self)) {
            visit_named(&self, dwfl_module_addrname(file->module, self.address));
        }
        return;
    }
    visit_named(&self, NULL);
}
