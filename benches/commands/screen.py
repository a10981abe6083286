#!/usr/bin/env python3
"""Times the screen in a real terminal, from the start of the process to what a person sees.

    cargo build --release --all-features && benches/commands/screen.py SOURCE…      a recording, nats://HOST/PREFIX, a file
    benches/commands/screen.py --program target/debug/asof --runs 3 SOURCE           another build

Needs Python 3.9 and nothing else. For each source, medians of the runs: until the first frame; until nothing more is drawn, with the state and what changed; a
step back, forward, and a jump to 50%, from the key to the first byte of the frame that answers it. Answers to what a terminal is
asked are given at once, as terminals do.
"""

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import sys
import termios
import time
from pathlib import Path

# What is asked of a terminal, and what one of 120x36 that knows true colour answers.
ANSWERS = [
    (re.compile(rb"\x1b\[c|\x1b\[0c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;2R"),
    (re.compile(rb"\x1b\]11;\?(\x07|\x1b\\)"), b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
    (re.compile(rb"\x1b\]10;\?(\x07|\x1b\\)"), b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
]
SEQUENCES = re.compile(rb"\x1b\[[0-9;:?]*[A-Za-z]")
# A frame has one of these boxes.
FRAME = re.compile(rb"Timeline|Opening|Stream")
PATIENCE = 120.0
QUIET = 0.15


class Terminal:
    """The program in a terminal of 120x36."""

    def __init__(self, command, environment):
        self.begun = time.perf_counter()
        self.process, self.end = pty.fork()
        if self.process == 0:
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        self.seen = b""

    def read(self, patience):
        """What comes next; nothing where nothing comes for so long."""
        if not select.select([self.end], [], [], patience)[0]:
            return b""
        try:
            read = os.read(self.end, 1 << 16)
        except OSError:
            sys.exit(f"the program ended: {self.seen[-400:]!r}")
        self.seen += read
        asked = [(found.start(), answer) for asks, answer in ANSWERS for found in asks.finditer(read)]
        for _, answer in sorted(asked):
            os.write(self.end, answer)
        return read

    def until(self, words):
        """Seconds since the start until such words were on the screen."""
        while not words.search(SEQUENCES.sub(b" ", self.seen)):
            if time.perf_counter() - self.begun > PATIENCE:
                sys.exit(f"{words.pattern!r} was not seen in {PATIENCE:.0f} s: {self.seen[-400:]!r}")
            self.read(1.0)
        return time.perf_counter() - self.begun

    def settle(self):
        """Seconds since the start until nothing came any more."""
        last = time.perf_counter()
        while self.read(QUIET):
            last = time.perf_counter()
        return last - self.begun

    def press(self, keys):
        """Seconds from a key to the first byte of what it changes."""
        self.settle()
        begun = time.perf_counter()
        os.write(self.end, keys)
        if not self.read(PATIENCE):
            sys.exit(f"{keys!r} changed nothing")
        return time.perf_counter() - begun

    def quit(self):
        os.kill(self.process, signal.SIGTERM)
        try:
            while os.read(self.end, 1 << 16):
                pass
        except OSError:
            pass
        os.waitpid(self.process, 0)
        os.close(self.end)


def measure(command, environment):
    terminal = Terminal(command, environment)
    frame = terminal.until(FRAME)
    whole = terminal.settle()
    back, forward = [], []
    for _ in range(20):
        back.append(terminal.press(b"h"))
        forward.append(terminal.press(b"l"))
    terminal.settle()
    begun = time.perf_counter()
    os.write(terminal.end, b":50%\r")
    terminal.settle()
    jump = time.perf_counter() - begun - QUIET
    terminal.quit()
    return frame, whole, statistics.median(back), statistics.median(forward), jump


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=Path("target/release/asof"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("sources", nargs="+")
    chosen = parser.parse_args()
    environment = dict(os.environ, TERM="xterm-256color", COLORTERM="truecolor")
    print(f"load {os.getloadavg()[0]:.1f}; medians of {chosen.runs}, in ms")
    print(f"{'':<50} {'first frame':>12} {'all of it':>10} {'back':>8} {'forward':>8} {'50%, typed':>11}")
    for source in chosen.sources:
        runs = [measure([str(chosen.program.absolute()), source], environment) for _ in range(chosen.runs)]
        figures = [statistics.median(column) * 1000 for column in zip(*runs)]
        print("{:<50} {:>12.1f} {:>10.1f} {:>8.1f} {:>8.1f} {:>11.1f}".format(source[-50:], *figures), flush=True)


if __name__ == "__main__":
    main()
