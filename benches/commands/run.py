#!/usr/bin/env python3
"""Times the program's commands on a large recording, against what else answers the same question, in one run.

    cargo build --release && benches/commands/run.py            a million transitions, about ten minutes
    benches/commands/run.py --transitions 100000 --only open     fewer of them; rows whose name has this in it
    benches/commands/run.py --program target/debug/asof          another build

Needs Python 3.9 and nothing else. Peers that are not there (jq, jaq, and DuckDB as a Python package) are left out, and that
is said. Each row is the median of its runs, with the largest resident memory of one. "first" rows begin without an
index or a cache, "second" rows with what the command before them left. Answers are compared with those of the peers.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ACCOUNTS = 20
PLANTED = "a07"
PATH = f".accounts.{PLANTED}.balance"
TRUE = f"{PATH} < 0"


class Row:
    """What is timed: the program's arguments, what is deleted before each run, and the peers that answer the same."""

    def __init__(self, name, arguments, before=None, peers=(), answer=None):
        self.name, self.arguments, self.before, self.peers, self.answer = name, arguments, before, peers, answer


def rows(at):
    """All of them, in the order of the table. `{log}` and such are files of `at`."""
    lines = ("wc -l",)
    filters = ("jq", "jaq")
    return [
        Row("open, first", ["log", at.recording, "--from", "head~2"], at.forget_index, lines),
        Row("open, second: log", ["log", at.recording, "--from", "head~2"], peers=lines),
        Row("open, second: state --at 50%", ["state", at.recording, "--at", "50%"], peers=lines),
        Row("open, second: snapshots", ["snapshots", at.recording], peers=lines),
        Row("patches, first", ["log", at.patches, "--from", "head~2"], at.forget_cache, ("wc -l",)),
        Row("patches, second", ["log", at.patches, "--from", "head~2"], peers=("wc -l",)),
        Row("find, first question", ["find", at.recording, "--where", TRUE, "--first", "--json"], at.forget_index),
        Row("find, second", ["find", at.recording, "--where", TRUE, "--first", "--json"],
            peers=filters + ("duckdb",), answer=first_version),
        Row("history of a leaf", ["history", at.recording, PATH], peers=filters),
        Row("blame", ["blame", at.recording]),
        Row("trace of a leaf", ["trace", at.recording, PATH], peers=filters),
    ]


class Files:
    """What is measured on, made once below a directory."""

    def __init__(self, directory, program, transitions):
        self.directory, self.program, self.transitions = directory, program, transitions
        self.patches = directory / "patches.jsonl"
        self.states = directory / "states.jsonl"
        self.recording = directory / "ledger.asof"
        self.environment = dict(os.environ, XDG_CACHE_HOME=str(directory / "cache"), XDG_STATE_HOME=str(directory / "state"))

    def make(self):
        if self.recording.exists():
            return
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.write()
        self.run([str(self.program), "record", str(self.patches), "-o", str(self.recording)])
        self.run([str(self.program), "snapshot", str(self.recording), "half", "--at", "50%"])

    def write(self):
        """One balance changes at a time; the planted account is negative in the last tenth."""
        seeded = random.Random(7)
        names = [f"a{number:02}" for number in range(ACCOUNTS)]
        state = {"accounts": {name: {"owner": f"owner {name}", "balance": 1000} for name in names}, "status": "open"}
        with open(self.patches, "w") as patches, open(self.states, "w") as states:
            patches.write(json.dumps([{"op": "replace", "path": "", "value": state}]) + "\n")
            states.write(json.dumps(state) + "\n")
            for number in range(2, self.transitions + 2):
                name = seeded.choice(names)
                below = name == PLANTED and number > self.transitions * 9 // 10
                balance = -seeded.randint(1, 99) if below else seeded.randint(0, 9999)
                state["accounts"][name]["balance"] = balance
                patches.write(f'[{{"op":"replace","path":"/accounts/{name}/balance","value":{balance}}}]\n')
                states.write(json.dumps(state, separators=(",", ":")) + "\n")

    def forget_index(self):
        self.forget_cache()
        for file in self.recording.iterdir():
            if file.suffix not in (".jsonl", ".json", ".lock", ".live"):
                file.unlink()

    def forget_cache(self):
        shutil.rmtree(self.directory / "cache", ignore_errors=True)

    def peer(self, name, row):
        """The command line of a peer, or none where it is not there."""
        log = next(file for file in self.recording.iterdir() if file.suffix == ".jsonl")
        if name == "wc -l":
            return ["wc", "-l", str(self.patches if self.patches in row.arguments else log)]
        if name == "duckdb":
            return [sys.executable, "-c", DUCKDB, str(self.states)] if has_duckdb() else None
        if shutil.which(name) is None:
            return None
        if row.arguments[0] == "find":
            return [name, "-n", f"first(foreach inputs as $state (0; . + 1; select($state | {TRUE})))", str(self.states)]
        return [name, "-c", PATH, str(self.states)]

    def run(self, command):
        """What it printed, the seconds it took, and the most memory it had, in MB."""
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment)
        out = child.stdout.read()
        said = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {child.returncode}: {said.decode()[:300]}")
        return out, seconds, used.ru_maxrss / 1024


DUCKDB = f"""
import duckdb, sys
duckdb.sql("set enable_progress_bar = false")
columns = "columns={{'accounts': 'MAP(VARCHAR, STRUCT(owner VARCHAR, balance BIGINT))', 'status': 'VARCHAR'}}"
states = f"(select row_number() over () as n, * from read_json('{{sys.argv[1]}}', format='newline_delimited', {{columns}}))"
print(duckdb.sql(f"select min(n) from {{states}} where accounts['{PLANTED}'].balance < 0").fetchall()[0][0])
"""


def has_duckdb():
    return subprocess.run([sys.executable, "-c", "import duckdb"], capture_output=True).returncode == 0


def first_version(text):
    """The number of the version that was found, by the program or by a peer."""
    text = text.decode().strip()
    return json.loads(text.splitlines()[0])["from"] if text.startswith("{") else int(text)


def measured(files, command, runs, before):
    times, memory, out = [], 0, b""
    for _ in range(runs):
        if before:
            before()
        out, seconds, used = files.run(command)
        times.append(seconds)
        memory = max(memory, used)
    return out, statistics.median(times), memory


def show(files, row, runs):
    command = [str(files.program)] + [str(argument) for argument in row.arguments]
    out, seconds, memory = measured(files, command, runs, row.before)
    print(f"{row.name:<30} {seconds * 1000:>10.1f} ms {memory:>8.1f} MB", flush=True)
    for name in row.peers:
        peer = files.peer(name, row)
        if peer is None:
            print(f"    {name:<26} not there")
            continue
        theirs, taken, used = measured(files, peer, 3 if taken_long(seconds) else runs, None)
        if row.answer and row.answer(theirs) != row.answer(out):
            sys.exit(f"{row.name}: {name} answers {row.answer(theirs)}, not {row.answer(out)}")
        print(f"    {name:<26} {taken * 1000:>10.1f} ms {used:>8.1f} MB {taken / seconds:>9.1f}x", flush=True)


def taken_long(seconds):
    return seconds > 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, default=Path("target/release/asof"))
    parser.add_argument("--transitions", type=int, default=1_000_000)
    parser.add_argument("--directory", type=Path, help="where the files are made, and kept (default: target/commands)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="rows whose name has this in it")
    chosen = parser.parse_args()
    directory = chosen.directory or Path("target/commands") / str(chosen.transitions)
    files = Files(directory.absolute(), chosen.program.absolute(), chosen.transitions)
    files.make()
    print(f"{chosen.transitions:,} transitions; load {os.getloadavg()[0]:.1f}; medians of {chosen.runs}, most memory; "
          "a ratio says how many times as long the peer takes")
    for row in rows(files):
        if chosen.only in row.name:
            show(files, row, chosen.runs)


if __name__ == "__main__":
    main()
