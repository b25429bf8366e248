/* SPDX-License-Identifier: Apache-2.0
 *
 * The objects of this process, and what each one's references to malloc and its relatives were bound
 * to. Their relocation tables tell it exactly: however an object was linked, its calls go there.
 */
#include <link.h>
#include <string.h>

#include "probe.h"

typedef struct search {
    uintptr_t address;
    int index;
    int found;
} search;

static int find_address(struct dl_phdr_info *info, size_t size, void *data)
{
    search *what = data;
    (void)size;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_LOAD &&
            what->address - (uintptr_t)(info->dlpi_addr + header->p_vaddr) < header->p_memsz) {
            what->found = what->index;
            return 1;
        }
    }
    what->index++;
    return 0;
}

/* Not dladdr(), which does not tell the program itself by a name of its own. */
int probe_object_of(uintptr_t address)
{
    search what = {.address = address, .index = 0, .found = -1};
    dl_iterate_phdr(find_address, &what);
    return what.found;
}

static int write_object(struct dl_phdr_info *info, size_t size, void *data)
{
    int *index = data;
    (void)size;
    report_kind("object");
    report_number((*index)++);
    report_field(info->dlpi_name);
    report_end_line();
    return 0;
}

typedef struct tables {
    const ElfW(Sym) * symbols;
    const char *strings;
    uintptr_t relocations[3];
    size_t sizes[3];
    size_t entry_sizes[3];
} tables;

/* The loader has added the base already where it may write to the dynamic section. */
static uintptr_t rebase(uintptr_t base, uintptr_t address)
{
    return address < base ? base + address : address;
}

static void read_dynamic(uintptr_t base, const ElfW(Dyn) * entry, tables *out)
{
    out->entry_sizes[0] = sizeof(ElfW(Rela));
    out->entry_sizes[1] = sizeof(ElfW(Rel));
    out->entry_sizes[2] = sizeof(ElfW(Rela));
    for (; entry->d_tag != DT_NULL; entry++) {
        uintptr_t value = (uintptr_t)entry->d_un.d_ptr;
        switch (entry->d_tag) {
        case DT_SYMTAB:
            out->symbols = (const void *)rebase(base, value);
            break;
        case DT_STRTAB:
            out->strings = (const void *)rebase(base, value);
            break;
        case DT_RELA:
            out->relocations[0] = rebase(base, value);
            break;
        case DT_RELASZ:
            out->sizes[0] = value;
            break;
        case DT_REL:
            out->relocations[1] = rebase(base, value);
            break;
        case DT_RELSZ:
            out->sizes[1] = value;
            break;
        case DT_JMPREL:
            out->relocations[2] = rebase(base, value);
            break;
        case DT_PLTRELSZ:
            out->sizes[2] = value;
            break;
        case DT_PLTREL:
            out->entry_sizes[2] = value == DT_RELA ? sizeof(ElfW(Rela)) : sizeof(ElfW(Rel));
            break;
        default:
            break;
        }
    }
}

static bool is_watched(const char *name)
{
    for (const char *const *each = probe_names; *each != NULL; each++) {
        if (strcmp(*each, name) == 0) {
            return true;
        }
    }
    return false;
}

static size_t symbol_of(uintptr_t info)
{
    return sizeof(void *) == 8 ? (size_t)((uint64_t)info >> 32) : (size_t)(info >> 8);
}

static void write_slots(int index, uintptr_t base, const tables *from, unsigned which)
{
    uintptr_t end = from->relocations[which] + from->sizes[which];
    for (uintptr_t at = from->relocations[which]; at < end; at += from->entry_sizes[which]) {
        /* A Rela begins as a Rel does. */
        const ElfW(Rel) *relocation = (const void *)at;
        size_t symbol = symbol_of((uintptr_t)relocation->r_info);
        const char *name = from->strings + from->symbols[symbol].st_name;
        if (symbol == 0 || !is_watched(name)) {
            continue;
        }
        uintptr_t target;
        memcpy(&target, (const void *)(base + (uintptr_t)relocation->r_offset), sizeof target);
        report_kind("slot");
        report_number(index);
        report_field(name);
        report_number(probe_object_of(target));
        report_end_line();
    }
}

static int write_object_slots(struct dl_phdr_info *info, size_t size, void *data)
{
    int *index = data;
    uintptr_t base = (uintptr_t)info->dlpi_addr;
    tables from = {0};
    (void)size;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC) {
            read_dynamic(base, (const void *)(base + (uintptr_t)info->dlpi_phdr[i].p_vaddr), &from);
        }
    }
    for (unsigned which = 0; which < 3 && from.symbols != NULL && from.strings != NULL; which++) {
        write_slots(*index, base, &from, which);
    }
    (*index)++;
    return 0;
}

void probe_write_objects(void)
{
    int index = 0;
    dl_iterate_phdr(write_object, &index);
}

void probe_write_slots(void)
{
    int index = 0;
    dl_iterate_phdr(write_object_slots, &index);
}
