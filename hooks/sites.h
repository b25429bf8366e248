/* SPDX-License-Identifier: Apache-2.0
 *
 * The one seam by which a lower hook gets what a higher one knows: a registered lookup from a block to
 * where it was allocated and freed. The debug hook's reports show what it gives (clause C7).
 */
#ifndef CAIRN_HOOKS_SITES_H_
#define CAIRN_HOOKS_SITES_H_

#include "cairn/base/compiler.h"

CAIRN_EXTERN_C_BEGIN

struct cairn_print;

/* All three are called in the middle of a failing heap: they never allocate, and take no lock that a call
 * of an allocator may hold. ptr is a user's address of the outermost layer; nothing need be there. */
typedef struct cairn_sites {
    /* Whether sites are being recorded at all (C7.1 and C7.3). */
    bool (*is_recording)(void);

    /* Writes where ptr was allocated, most recent call first, as lines that begin with two blanks
     * (C7.2); false, with nothing written, when that is not known. */
    bool (*write_allocation)(const void *ptr, struct cairn_print *out);

    /* The same for where ptr was freed last. May be NULL. */
    bool (*write_free)(const void *ptr, struct cairn_print *out);
} cairn_sites;

/* Registers the one lookup of the process, which must stay as it is for ever; NULL: none. Any thread. */
void cairn_sites_register(const cairn_sites *sites);

/* What is registered, or NULL. */
const cairn_sites *cairn_sites_registered(void);

CAIRN_EXTERN_C_END

#endif /* CAIRN_HOOKS_SITES_H_ */
