#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tests of signals and of the terminal: the program gets each once, and the command gives way to it."""

import os
import pty
import select
import signal
import subprocess
import time

import harness

# Says "ready", then the name of each signal that it gets; ends with status 5 at SIGUSR2. It waits by sigwait: Python's
# handlers may run as late as the next signal.
_RECEIVER = """
import signal, os
numbers = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2,
           signal.SIGALRM, signal.SIGWINCH, signal.SIGRTMIN}
signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
os.write(1, b"ready\\n")
while True:
    number = signal.Signals(signal.sigwait(numbers))
    os.write(1, number.name.encode() + b"\\n")
    if number == signal.SIGUSR2:
        os._exit(5)
"""
_RECEIVE = ["/usr/bin/python3", "-c", _RECEIVER]


def state_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0]


class Running:
    """The command with a program, in a process group of its own."""

    def __init__(self, test, *program, options=(), before=None):
        self.test = test
        self.process = subprocess.Popen(
            [harness.CAIRN, "run", *options, "--", *program], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=harness.environment(), start_new_session=True, preexec_fn=before, bufsize=0)
        test.addCleanup(self.clean_up)

    def clean_up(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def send(self, number):
        self.process.send_signal(number)

    def line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], harness.TIMEOUT)
        return self.process.stdout.readline().decode().strip() if ready else "nothing"

    def end(self):
        self.process.wait(harness.TIMEOUT)
        return self.process.returncode, self.process.stdout.read().decode(), self.process.stderr.read().decode()

    def child(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="utf-8") as file:
            return int(file.read().split()[0])

    def wait_for(self, condition):
        deadline = time.monotonic() + harness.TIMEOUT
        while not condition():
            self.test.assertLess(time.monotonic(), deadline, "it did not come to that")
            time.sleep(0.01)


class ForwardTest(harness.Test):
    def receive(self, **options):
        running = Running(self, *_RECEIVE, **options)
        self.assertEqual(running.line(), "ready")
        return running

    def test_signals_for_the_command_reach_the_program(self):
        running = self.receive()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGALRM, signal.SIGWINCH,
                       signal.SIGRTMIN):
            running.send(number)
            self.assertEqual(running.line(), number.name)
        running.send(signal.SIGUSR2)
        self.assertEqual(running.end(), (5, "SIGUSR2\n", ""))

    def test_a_signal_that_ends_the_program_is_its_status(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
            running = Running(self, "sh", "-c", "echo ready; exec sleep 100")
            self.assertEqual(running.line(), "ready")
            running.send(number)
            self.assertEqual(running.end(), (128 + number, "", ""))

    def test_figures_come_after_a_forwarded_signal(self):
        running = self.receive(options=["--stats"])
        running.send(signal.SIGUSR2)
        status, _, error = running.end()
        self.assertEqual(status, 5)
        self.assertIn("exited with status 5", error)

    def test_ctrl_c_for_the_group_reaches_the_program_once(self):
        for number in (signal.SIGINT, signal.SIGQUIT):
            running = self.receive()
            os.killpg(running.process.pid, number)
            self.assertEqual(running.line(), number.name)
            running.send(signal.SIGUSR2)
            self.assertEqual(running.end(), (5, "SIGUSR2\n", ""))

    def test_ctrl_c_that_ends_the_program_leaves_the_figures(self):
        running = Running(self, "sh", "-c", "echo ready; exec sleep 100", options=["--stats"])
        self.assertEqual(running.line(), "ready")
        os.killpg(running.process.pid, signal.SIGINT)
        status, _, error = running.end()
        self.assertEqual(status, 130)
        self.assertIn("cairn: sh was ended by signal 2", error)
        self.assertIn("domain mem", error)

    def test_a_signal_sent_at_once_is_not_lost(self):
        for _ in range(20):
            running = Running(self, "sleep", "100")
            running.wait_for(lambda: os.readlink(f"/proc/{running.process.pid}/exe") == os.path.realpath(harness.CAIRN))
            running.send(signal.SIGTERM)
            # Before the command is ready it ends by itself, as any program does.
            self.assertIn(running.end()[0], (143, -15))


class InheritedTest(harness.Test):
    def masks(self, before=None):
        script = "grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status"
        plain = subprocess.run(["sh", "-c", script], stdout=subprocess.PIPE, preexec_fn=before, check=True).stdout
        result = Running(self, "sh", "-c", script, before=before).end()
        return plain.decode(), result[1]

    def test_the_program_gets_the_callers_signals(self):
        def ignore():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])

        for before in (None, ignore):
            plain, under = self.masks(before)
            self.assertEqual(under, plain)

    def test_the_status_survives_an_ignored_sigchld(self):
        running = Running(self, "sh", "-c", "exit 9",
                          before=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual(running.end()[0], 9)

    def test_an_alarm_set_before_is_the_programs(self):
        running = Running(self, *_RECEIVE, before=lambda: signal.alarm(2))
        self.assertEqual(running.line(), "ready")
        self.assertEqual(running.line(), "SIGALRM")
        running.send(signal.SIGUSR2)
        self.assertEqual(running.end()[0], 5)

    def test_the_program_shares_group_and_session(self):
        script = "import os; print(os.getpgrp(), os.getsid(0), os.getppid())"
        running = Running(self, "/usr/bin/python3", "-c", script)
        pid = str(running.process.pid)
        self.assertEqual(running.end()[1].split(), [pid, pid, pid])


class StopTest(harness.Test):
    def test_a_program_stopped_by_its_own_pid_goes_on_by_it(self):
        running = Running(self, *_RECEIVE)
        self.assertEqual(running.line(), "ready")
        child = running.child()
        os.kill(child, signal.SIGSTOP)
        running.wait_for(lambda: state_of(child) == "T")
        os.kill(child, signal.SIGCONT)
        running.send(signal.SIGTERM)
        self.assertEqual(running.line(), "SIGTERM")
        running.send(signal.SIGUSR2)
        self.assertEqual(running.end()[0], 5)

    def test_a_stopped_command_goes_on(self):
        running = Running(self, *_RECEIVE)
        self.assertEqual(running.line(), "ready")
        running.send(signal.SIGSTOP)
        running.wait_for(lambda: state_of(running.process.pid) == "T")
        running.send(signal.SIGUSR2)
        running.send(signal.SIGCONT)
        self.assertEqual(running.end()[0], 5)

    def test_continuing_the_command_continues_the_program(self):
        running = Running(self, *_RECEIVE)
        self.assertEqual(running.line(), "ready")
        child = running.child()
        os.kill(child, signal.SIGSTOP)
        running.wait_for(lambda: state_of(child) == "T")
        running.send(signal.SIGCONT)
        running.wait_for(lambda: state_of(child) != "T")
        running.send(signal.SIGUSR2)
        self.assertEqual(running.end()[0], 5)


class TerminalTest(harness.Test):
    """A shell with job control on a terminal."""

    def setUp(self):
        super().setUp()
        self.output = ""
        self.shell = None

    def start(self, script):
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.execve("/bin/bash", ["bash", "-c", "set -m; " + script],
                      harness.environment(CAIRN=harness.CAIRN, RECEIVER=_RECEIVER, TERM="xterm"))
        self.shell = pid
        self.addCleanup(self.clean_up)

    def clean_up(self):
        os.close(self.terminal)
        try:
            os.kill(self.shell, signal.SIGKILL)
            os.waitpid(self.shell, 0)
        except (ChildProcessError, ProcessLookupError):
            pass

    def until(self, text):
        """Reads until the text was written; returns what came before it."""
        deadline = time.monotonic() + harness.TIMEOUT
        while text not in self.output:
            ready, _, _ = select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))
            self.assertTrue(ready, f"no {text!r} in {self.output!r}")
            try:
                self.output += os.read(self.terminal, 4096).decode(errors="replace")
            except OSError:
                self.fail(f"no {text!r} in {self.output!r}, and the end")
        before, _, self.output = self.output.partition(text)
        return before

    def type(self, keys):
        os.write(self.terminal, keys)

    def test_ctrl_c_is_the_programs(self):
        self.start('"$CAIRN" run /usr/bin/python3 -c "$RECEIVER"; echo "status $?"')
        self.until("ready")
        self.type(b"\x03")
        self.until("SIGINT")
        self.type(b"\x1c")
        self.assertNotIn("SIGINT", self.until("SIGQUIT"))
        os.kill(self.foreground(), signal.SIGUSR2)
        self.until("status 5")

    def foreground(self):
        return os.tcgetpgrp(self.terminal)

    def test_ctrl_z_stops_both_and_fg_continues_both(self):
        self.start('"$CAIRN" run /usr/bin/python3 -c "$RECEIVER"; echo "stopped $?"; fg; echo "status $?"')
        self.until("ready")
        tool = self.foreground()
        self.type(b"\x1a")
        self.until("stopped 148")
        self.until('python3 -c')  # fg says what it continues
        self.wait_for_state(tool)
        os.kill(tool, signal.SIGUSR1)
        self.until("SIGUSR1")
        self.type(b"\x03")
        self.until("SIGINT")
        os.kill(tool, signal.SIGUSR2)
        self.until("status 5")

    def wait_for_state(self, pid):
        deadline = time.monotonic() + harness.TIMEOUT
        while state_of(pid) == "T":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def test_a_program_that_reads_in_the_background_stops(self):
        self.start('"$CAIRN" run head -c 3 & sleep 0.3; until jobs | grep -q Stopped; do sleep 0.1; done; '
                   'echo waiting; fg; echo "status $?"')
        self.until("waiting")
        self.type(b"ab\n")
        self.until("status 0")

    def test_headings_are_bold_on_a_terminal_only(self):
        self.start('"$CAIRN" run --stats true; NO_COLOR=1 "$CAIRN" run --stats true; TERM=dumb "$CAIRN" run --stats '
                   'true; echo end')
        first = self.until("cairn: true")
        self.assertNotIn("\033", first)
        self.assertIn("\033[1mdomain mem\033[0m", self.until("cairn: true"))
        self.assertNotIn("\033[1m", self.until("cairn: true"))
        self.assertNotIn("\033[1m", self.until("end\r\n"))


if __name__ == "__main__":
    harness.main()
