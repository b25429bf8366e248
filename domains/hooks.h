/* SPDX-License-Identifier: Apache-2.0
 *
 * Hooks that are put on domains, and removed from them, while the program runs (clause A10).
 *
 * A hook that is put stands outside of all that the domain has by then. Hooks of ours are removed in any
 * order: the outermost by publishing what is below it; one further in is turned off where it stands, so that
 * calls pass it by, and is dropped when those above it go. Blocks survive all of it.
 * A hook that changes how blocks look, such as debug, is put as a new generation (generation.h): blocks from
 * before stay what they are. Removed, it stays to take its own blocks back, and gives out no more.
 *
 * Threads: any number may allocate, resize and free in the domain meanwhile; calls that are under way may
 * still go by what was there before. Putting and removing wait for each other. Do not call cairn_domain_set
 * on the same domain at the same time: one of the two would be lost.
 * Memory: hooks are put in permanent memory. Putting one that was there before, over the same layer and with
 * the same options, takes the same state again, with what it counted, so that toggling costs no memory.
 */
#ifndef CAIRN_DOMAINS_HOOKS_H_
#define CAIRN_DOMAINS_HOOKS_H_

#include "cairn/domains/domain.h"
#include "cairn/hooks/hook.h"

CAIRN_EXTERN_C_BEGIN

/* Puts a hook on a domain. options is the text behind "NAME:", or "".
 * When the hook stands there already, nothing happens; if it was removed further in, it is turned on there. In both
 * cases other options are taken over by a hook that can (fail), and else refused; "" stands for those that
 * it has.
 * CAIRN_REFUSED: a static configuration; a hook that changes layout and does not know its own blocks; a hook
 * that stands there with other options. CAIRN_INVALID: wrong options. CAIRN_NO_MEMORY. Nothing has changed
 * then, and *error is a sentence, valid until the next call of these two. */
cairn_status cairn_domain_put_hook(cairn_domain *domain, const cairn_hook *hook,
                                   const char *options, const char **error);

/* Removes a hook from a domain. When it is not there, nothing happens.
 * CAIRN_REFUSED, and a sentence that names what is in the way: a static configuration; a hook below a table
 * that was set by cairn_domain_set or PyMem_SetAllocator, which would go on calling it; a hook that is built
 * into the stack and not its outermost, or changes layout. CAIRN_NO_MEMORY. */
cairn_status cairn_domain_remove_hook(cairn_domain *domain, const cairn_hook *hook,
                                      const char **error);

/* Whether a hook stands on a domain and is not turned off. Below a table that is not ours nothing is seen. */
bool cairn_domain_has_hook(const cairn_domain *domain, const cairn_hook *hook);

/* Whether a hook was ever put on a domain, so that it may stand below a table that is not ours. */
bool cairn_domain_had_hook(const cairn_domain *domain, const cairn_hook *hook);

CAIRN_EXTERN_C_END

#endif /* CAIRN_DOMAINS_HOOKS_H_ */
