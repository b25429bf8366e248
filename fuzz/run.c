/* SPDX-License-Identifier: Apache-2.0
 *
 * The run of an input: which thread carries out which operation, and the child of a fork.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cairn/fuzz/crew.h"
#include "cairn/fuzz/machine.h"

/* Of each worker. */
static struct job {
    cairn_fuzz_machine *machine;
    cairn_fuzz_op op;
} jobs[CAIRN_FUZZ_WORKERS + 1];

static void do_job(void *arg)
{
    struct job *job = arg;
    job->machine->inside++;
    job->machine->begun++;
    cairn_fuzz_carry_out(job->machine, &job->op);
    job->machine->inside--;
}

/* An engine's alarm may come meanwhile. */
static int wait_for(pid_t child)
{
    int status = -1;
    while (waitpid(child, &status, 0) != child && errno == EINTR) {
    }
    return status;
}

/* The child goes first; what it finds is the parent's finding, too. */
static void fork_once(cairn_fuzz_machine *machine)
{
    if (!machine->may_fork || cairn_fuzz_crew_has_busy()) {
        return;
    }
    machine->may_fork = false;
    pid_t child = fork();
    if (child == 0) {
        cairn_fuzz_crew_forget();
        machine->is_child = true;
        machine->is_exact = machine->threads == 0;
        return;
    }
    int status = child != -1 ? wait_for(child) : 0;
    CAIRN_FUZZ_EXPECT(status == 0, "the child of a fork failed: status %d", status);
}

/* Operations during which no other thread may be inside. */
static bool is_exclusive(cairn_fuzz_kind kind)
{
    return kind == CAIRN_FUZZ_CHECK || kind == CAIRN_FUZZ_WALK || kind == CAIRN_FUZZ_PUT_HOOK ||
           kind == CAIRN_FUZZ_REMOVE_HOOK || kind == CAIRN_FUZZ_SWITCH;
}

static void step(cairn_fuzz_machine *machine, const cairn_fuzz_op *op)
{
    unsigned thread = machine->threads > 0 ? op->thread % (machine->threads + 1) : 0;
    struct job *job = &jobs[thread];
    if (thread != 0 && cairn_fuzz_crew_is_busy(thread)) {
        cairn_fuzz_crew_go_on(thread);
        return;
    }
    if (is_exclusive(op->kind)) {
        cairn_fuzz_crew_finish();
    }
    cairn_fuzz_crew_hold(is_exclusive(op->kind));
    job->machine = machine;
    job->op = *op;
    job->op.place %= machine->place_count;
    if (thread != 0) {
        cairn_fuzz_crew_start(thread, do_job, job);
    } else {
        do_job(job);
    }
    cairn_fuzz_crew_hold(false);
}

void cairn_fuzz_machine_begin(cairn_fuzz_machine *machine, cairn_fuzz_stream in)
{
    static cairn_fuzz_shadow shadow;
    memset(machine, 0, sizeof *machine);
    machine->in = in;
    machine->shadow = &shadow;
    machine->most_bytes = CAIRN_FUZZ_LIVE_MAX;
    machine->is_exact = true;
    cairn_fuzz_shadow_clear(&shadow);
}

void cairn_fuzz_machine_run(cairn_fuzz_machine *machine)
{
    cairn_fuzz_op op;
    while (cairn_fuzz_next(&machine->in, &op)) {
        if (op.kind == CAIRN_FUZZ_FORK && op.count == 'F') {
            fork_once(machine);
        } else if (op.kind == CAIRN_FUZZ_END_THREAD) {
            cairn_fuzz_crew_finish();
            cairn_fuzz_crew_dismiss(1 + op.count % CAIRN_FUZZ_WORKERS);
        } else {
            step(machine, &op);
        }
    }
    cairn_fuzz_crew_finish();
}

void cairn_fuzz_machine_end(cairn_fuzz_machine *machine)
{
    for (unsigned i = 0; i < machine->provider_count; i++) {
        cairn_fuzz_provider_end(machine->providers[i]);
    }
    if (machine->is_child) {
        _exit(0);
    }
}
