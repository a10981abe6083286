//! The command line: arguments, and one file per command.
//!
//! Data goes to standard output, words to standard error, the answer into the exit code (`exit`). Commands read a source
//! through `opened` and write through `out`; none of them prints by itself.

mod asked;
mod assert;
mod bisect;
mod blame;
mod branches;
mod cells;
mod compact;
mod completions;
mod consent;
mod demo;
mod diff;
mod doctor;
mod exit;
mod export;
mod find;
mod fork;
mod history;
mod import;
mod index;
mod log;
mod man;
#[cfg(feature = "mcp")]
mod mcp;
mod open;
mod opened;
mod out;
mod print;
mod probe;
mod progress;
mod promote;
mod prune;
mod recipes;
mod record;
mod redo;
mod report;
mod restore;
mod rollback;
mod rules;
mod run;
mod score;
mod screen;
mod settings;
mod snapshot;
mod snapshots;
mod state;
mod tenants;
mod trace;
mod transactions;
mod undo;
mod variants;
mod verify;
mod watch;
mod watched;

use crate::escape::{self, in_quotes};
use crate::history::nearest;
use crate::source::CacheReport;
use crate::view::clock;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use exit::{CommandResult, Exit};
use out::Out;
use std::ffi::OsString;
use std::process::ExitCode;

/// A time machine for application state, in the terminal.
///
/// Opens a recorded log of states, lets you scrub through time, see what changed, and roll back without losing anything.
#[derive(Parser)]
#[command(name = "asof", version, args_conflicts_with_subcommands = true, next_line_help = false, max_term_width = 100)]
#[command(override_usage = "asof [open] SOURCE [OPTIONS]\n       asof COMMAND …", after_help = MOMENTS)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    open: open::OpenArgs,
    #[command(flatten)]
    common: screen::Common,
    /// Log in to NATS with this context of the `nats` program [default: `$NATS_CONTEXT`]
    #[cfg(feature = "nats")]
    #[arg(long, value_name = "NAME", global = true)]
    nats_context: Option<String>,
}

const MOMENTS: &str = "\
A source:   a recording's directory · a file: JSON Lines of states or of RFC 6902
            patches, also gzip or zstd · - for standard input · git:PATH for the
            history of one JSON, YAML or TOML file in a repository · demo:NAME
            nats://HOST/PREFIX for a recording on a NATS server, nats-kv://HOST/BUCKET
            for a bucket there, nats-stream://HOST/STREAM for the messages of a stream

A moment:   42 or '#42' · head · head~3 · 50% · @2026-10-09T12:00:00Z · @12:30
            -10 (versions before the head) · -5m (minutes before the newest recorded one)
            a snapshot's NAME, or snap:NAME · index:0 (the oldest) · latest
            the HASH of a commit, at least 4 digits; id:ID of another source
            before:@12:30 (the newest at or before) · branch:main~1
            Times without an offset are in --time-zone; a time of day is on the day
            of the application's newest version.

Exit codes: 0 done · 1 negative answer · 2 wrong usage · 3 a source that is
            unreadable, damaged, or could be read only in part
            4 someone else appended first, or a server was lost · 130 interrupted";

#[derive(Subcommand)]
enum Command {
    Open(open::OpenArgs),
    Demo(demo::DemoArgs),
    Record(record::RecordArgs),
    Run(run::RunArgs),
    Probe(probe::ProbeArgs),
    Recipes(recipes::RecipesArgs),
    Recipe(recipes::TryRecipeArgs),
    Tenants(tenants::TenantsArgs),
    Log(log::LogArgs),
    State(state::StateArgs),
    Diff(diff::DiffArgs),
    History(history::HistoryArgs),
    Blame(blame::BlameArgs),
    Find(find::FindArgs),
    Trace(trace::TraceArgs),
    Bisect(bisect::BisectArgs),
    Assert(assert::AssertArgs),
    Snapshots(snapshots::SnapshotsArgs),
    Snapshot(snapshot::SnapshotArgs),
    Rollback(rollback::RollbackArgs),
    Undo(undo::UndoArgs),
    Redo(redo::RedoArgs),
    Restore(restore::RestoreArgs),
    Branches(branches::BranchesArgs),
    Compact(compact::CompactArgs),
    Fork(fork::ForkArgs),
    Variants(variants::VariantsArgs),
    Score(score::ScoreArgs),
    Promote(promote::PromoteArgs),
    Prune(prune::PruneArgs),
    Transactions(transactions::TransactionsArgs),
    Settings(settings::SettingsArgs),
    Watch(watch::WatchArgs),
    Verify(verify::VerifyArgs),
    Index(index::IndexArgs),
    Export(export::ExportArgs),
    #[cfg(feature = "mcp")]
    Mcp(mcp::McpArgs),
    Doctor(doctor::DoctorArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// All commands and their options.
fn commands() -> clap::Command {
    import::with_shorter_names(Cli::command())
}

/// The same as far as arguments need them: of one command its own names, which takes less time than those of all.
fn commands_for(arguments: &[OsString], known: clap::Command) -> clap::Command {
    let word = arguments.get(1).and_then(|word| word.to_str());
    match word.and_then(|word| known.find_subcommand(word)).map(|found| found.get_name().to_owned()) {
        Some(name) => known.mut_subcommand(name, import::with_shorter_names),
        None => import::with_shorter_names(known),
    }
}

/// What every command is given: where output goes, and what the exit code has to remember.
struct Console {
    out: Out,
    /// The flags of every command.
    common: screen::Common,
    /// Whether a part of the source could not be read, so that the answer may lack something.
    partly_read: bool,
    /// How a program ended that was run: its exit code is passed on.
    program: Option<u8>,
}

/// Runs the command that the arguments name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut console = Console { out: Out::new(), common: screen::Common::default(), partly_read: false, program: None };
    let known = Cli::command();
    let arguments =
        screen::behind_command(arguments.into_iter().collect(), |word| known.find_subcommand(word).is_some());
    let outcome = match mistyped(&arguments, &known) {
        Some(words) => Err(exit::usage(words)),
        None => match commands_for(&arguments, known)
            .try_get_matches_from(&arguments)
            .and_then(|found| Cli::from_arg_matches(&found))
        {
            Ok(cli) => cli.run(&mut console),
            Err(words) => explain(named_safely(words), &mut console),
        },
    };
    let exit = report::report(outcome.and_then(|exit| console.finish(exit)));
    console.program.filter(|_| exit == Exit::Done).map_or_else(|| exit.into(), ExitCode::from)
}

impl Console {
    fn finish(&mut self, exit: Exit) -> CommandResult {
        self.out.flush()?;
        let answered = matches!(exit, Exit::Done | Exit::Negative);
        Ok(if answered && self.partly_read { Exit::Unreadable } else { exit })
    }
}

/// What to say of a first word that looks like a command but is none, and names no source either.
fn mistyped(arguments: &[OsString], commands: &clap::Command) -> Option<String> {
    let word = arguments.get(1)?.to_str()?;
    let is_source = word.starts_with('-') || word.contains([':', '/', '.']) || std::path::Path::new(word).exists();
    let names: Vec<&str> = commands.get_subcommands().map(clap::Command::get_name).collect();
    if is_source || names.contains(&word) || word == "help" {
        return None;
    }
    let near = nearest(word, names).join(", ");
    (!near.is_empty()).then(|| format!("no command or file {}; nearest commands: {near}", in_quotes(word)))
}

/// The same with what was typed as it stands in a sentence: `clap` leaves out what a terminal would obey.
fn named_safely(mut words: clap::Error) -> clap::Error {
    let typed: Vec<(ContextKind, String)> = words
        .context()
        .filter_map(
            |(kind, value)| if let ContextValue::String(text) = value { Some((kind, text.clone())) } else { None },
        )
        .filter(|(_, text)| escape::named(text) != text.as_str())
        .collect();
    if !typed.is_empty() {
        // Its advice repeats the word, in a form that cannot be read.
        words.remove(ContextKind::Suggested);
    }
    for (kind, text) in typed {
        words.insert(kind, ContextValue::String(escape::named(&text).into_owned()));
    }
    words
}

/// Help and version are data; everything else that clap has to say is about wrong usage.
fn explain(words: clap::Error, console: &mut Console) -> CommandResult {
    let text = words.render();
    if words.use_stderr() {
        out::note_lines(&text.to_string());
        return Ok(Exit::Usage);
    }
    let text = if console.out.wants_colour() { text.ansi().to_string() } else { text.to_string() };
    console.out.raw_line(text.trim_end())?;
    Ok(Exit::Done)
}

impl Cli {
    fn run(self, console: &mut Console) -> CommandResult {
        console.out.set_colour(self.common.colour(console.out.is_terminal())?);
        clock::set_zone(self.common.zone()?);
        console.common = self.common;
        #[cfg(feature = "nats")]
        self.nats_context.iter().for_each(|name| crate::source::use_nats_context(name));
        if !matches!(self.command, Some(Command::Doctor(_))) {
            CacheReport::wrong_limit().into_iter().for_each(out::note);
        }
        match self.command {
            None if self.open.is_empty() && !open::has_terminal() => {
                out::note_lines(&commands().render_help().to_string());
                self.open.run(console)
            }
            None => self.open.run(console),
            Some(Command::Open(open)) => open.run(console),
            Some(Command::Demo(demo)) => demo.run(console),
            Some(Command::Record(record)) => record.run(console),
            Some(Command::Run(run)) => run.run(console),
            Some(Command::Probe(probe)) => probe.run(console),
            Some(Command::Recipes(recipes)) => recipes.run(console),
            Some(Command::Recipe(recipe)) => recipe.run(console),
            Some(Command::Tenants(tenants)) => tenants.run(console),
            Some(Command::Log(log)) => log.run(console),
            Some(Command::State(state)) => state.run(console),
            Some(Command::Diff(diff)) => diff.run(console),
            Some(Command::History(history)) => history.run(console),
            Some(Command::Blame(blame)) => blame.run(console),
            Some(Command::Find(find)) => find.run(console),
            Some(Command::Trace(trace)) => trace.run(console),
            Some(Command::Bisect(bisect)) => bisect.run(console),
            Some(Command::Assert(assert)) => assert.run(console),
            Some(Command::Snapshots(snapshots)) => snapshots.run(console),
            Some(Command::Snapshot(snapshot)) => snapshot.run(console),
            Some(Command::Rollback(rollback)) => rollback.run(console),
            Some(Command::Undo(undo)) => undo.run(console),
            Some(Command::Redo(redo)) => redo.run(console),
            Some(Command::Restore(restore)) => restore.run(console),
            Some(Command::Branches(branches)) => branches.run(console),
            Some(Command::Compact(compact)) => compact.run(console),
            Some(Command::Fork(fork)) => fork.run(console),
            Some(Command::Variants(variants)) => variants.run(console),
            Some(Command::Score(score)) => score.run(console),
            Some(Command::Promote(promote)) => promote.run(console),
            Some(Command::Prune(prune)) => prune.run(console),
            Some(Command::Transactions(transactions)) => transactions.run(console),
            Some(Command::Settings(settings)) => settings.run(console),
            Some(Command::Watch(watch)) => watch.run(console),
            Some(Command::Verify(verify)) => verify.run(console),
            Some(Command::Index(index)) => index.run(console),
            Some(Command::Export(export)) => export.run(console),
            #[cfg(feature = "mcp")]
            Some(Command::Mcp(mcp)) => mcp.run(),
            Some(Command::Doctor(doctor)) => doctor.run(console),
            Some(Command::Completions(completions)) => completions.run(commands(), console),
            Some(Command::Man(man)) => man.run(commands(), console),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        commands().debug_assert();
    }

    #[test]
    fn a_mistyped_command_is_told_its_nearest() {
        for (arguments, expected) in [
            ("asof opne x.asof", Some("open")),
            ("asof rolback", Some("rollback")),
            ("asof snapshto x name", Some("snapshot")),
            ("asof log", None),
            ("asof ./opne", None),
            ("asof git:opne", None),
            ("asof zzzzzzzz", None),
            ("asof src", None),
            ("asof --ro opne", None),
            ("asof", None),
        ] {
            let words: Vec<_> = arguments.split(' ').map(OsString::from).collect();
            let said = mistyped(&words, &commands());
            assert_eq!(said.is_some(), expected.is_some(), "{arguments}: {said:?}");
            assert!(said.unwrap_or_default().contains(expected.unwrap_or_default()), "{arguments}");
        }
    }

    /// Every source text of the program below `src`, without its tests.
    fn sources() -> Vec<(String, String)> {
        fn walk(folder: &std::path::Path, found: &mut Vec<(String, String)>) {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                let (path, name) = (entry.path(), entry.path().display().to_string());
                if path.is_dir() {
                    walk(&path, found);
                } else if path.extension().is_some_and(|end| end == "rs") && !name.contains("/tests") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let text = text.split("#[cfg(test)]\n#[allow").next().unwrap_or_default();
                    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                    let code = |line: &&str| !line.trim_start().starts_with("//");
                    found.push((name, text.lines().filter(code).collect::<Vec<_>>().join("\n")));
                }
            }
        }
        let mut found = Vec::new();
        walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        found
    }

    /// What follows each `mark` in a text: letters and hyphens.
    fn behind<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
        text.match_indices(mark).filter_map(move |(at, _)| {
            let rest = &text[at + mark.len()..];
            let end = rest.find(|char: char| !char.is_ascii_lowercase() && char != '-').unwrap_or(rest.len());
            let before = text[..at].chars().next_back();
            let starts = before.is_none_or(|char| !char.is_ascii_alphanumeric() && char != '-' && char != '_');
            Some(&rest[..end]).filter(|word| starts && word.starts_with(|first: char| first.is_ascii_lowercase()))
        })
    }

    /// A message that names an option or a command tells people what to do: it exists.
    #[test]
    fn advice_names_options_and_commands_that_exist() {
        let mut cli = commands();
        cli.build();
        let commands: Vec<String> = cli.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        let longs = |command: &clap::Command| {
            let names = |arg: &clap::Arg| {
                let aliases = arg.get_all_aliases().unwrap_or_default();
                arg.get_long().into_iter().chain(aliases).map(str::to_owned).collect::<Vec<_>>()
            };
            command.get_arguments().flat_map(names).collect::<Vec<_>>()
        };
        let options: Vec<String> = longs(&cli).into_iter().chain(cli.get_subcommands().flat_map(longs)).collect();
        // Options of programs that are run.
        let runs_others = |file: &str| file.contains("/import/git") || file.ends_with("/tui/clipboard.rs");
        let (mut seen, mut wrong) = (0, Vec::new());
        for (file, text) in sources().iter().filter(|(file, _)| !runs_others(file)) {
            for option in behind(text, "--") {
                let of_an_example = option == "state-log";
                if !of_an_example && !options.iter().any(|known| known == option) {
                    wrong.push(format!("{file}: there is no option --{option}"));
                }
                seen += 1;
            }
            for mark in ["`asof ", "\\n  asof ", ": asof ", "try asof "] {
                for command in behind(text, mark).filter(|word| !word.contains("state.")) {
                    if !commands.iter().any(|known| known == command) {
                        wrong.push(format!("{file}: there is no asof {command}"));
                    }
                    seen += 1;
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        assert!(seen > 100, "only {seen} found");
    }

    /// An application that embeds the library has no command line.
    #[test]
    fn the_library_names_no_option_and_no_command() {
        let of_library =
            ["/error.rs", "/import/", "/history/", "/recording/", "/record/", "/log/", "/value/", "/diff/", "/patch/"];
        for (file, text) in sources() {
            let library = of_library.iter().any(|part| file.contains(&format!("/src{part}")));
            if library && !file.contains("/import/git") {
                assert_eq!(behind(&text, "--").next(), None, "{file}");
                assert_eq!(behind(&text, "`asof ").next(), None, "{file}");
            }
        }
    }

    fn check(arguments: &str, right: bool) {
        let words = ["asof"].into_iter().chain(arguments.split_whitespace());
        let parsed = Cli::try_parse_from(words);
        assert_eq!(parsed.is_ok(), right, "asof {arguments}: {:?}", parsed.err().map(|e| e.to_string()));
    }

    #[test]
    fn arguments() {
        for right in [
            "",
            "file.jsonl",
            "open file.jsonl",
            "-",
            "open -",
            "demo",
            "demo guide",
            "git:a/b.json --tenant t",
            "--read-only x",
            "log x --from -10 --to head",
            "log - --json",
            "state x --at -5m",
            "state x --path .a[0] --pretty",
            "diff x -10 head",
            "diff x #1 #2 --patch",
            "diff a.json b.json",
            "diff x --json 1 2",
            "diff x 1 2 --exit-code --summary",
            "snapshot x v1 --at -2h --tag a --tag b --description d --by w",
            "snapshot x v1 --delete",
            "rollback x -3 --yes",
            "record -o x.asof",
            "a b",
            "open a.json b.json",
            "record a.jsonl -o x.asof --format states --tenant t --strict",
            "record a.log.1 a.log -o x.asof",
            "export x --format jsonl",
            "undo x --by me",
            "redo x --dry-run",
            "transactions x --id tx-1",
            "settings x",
            "settings x keep-auto=5 auto-before=deploy",
            "watch x --path .a --count 2 --for 10s",
            "fork x try --at -2",
            "fork x B --baseline base",
            "variants x --baseline base",
            "score x B score=92 p95=22.8ms:lower memory=95%:<=90",
            "promote x B --reason best --yes",
            "prune x --kind auto --older-than 30d --keep 5 --dry-run",
            "snapshots x --kind named",
            "verify x --json",
            "index x --check --json",
            "branches x",
            "tenants x",
            "probe x",
            "x --glyphs ascii --theme classic --read-only",
            "x --read-only=false --color never",
            "x --ro",
            "x --no-mouse --clipboard off",
            "log x --color always",
            "demo --plain --keys helix --author me",
            "--print-config",
            "--print-theme dark",
            "doctor --json",
        ] {
            check(right, true);
        }
        for wrong in [
            "log",
            "--bogus",
            "record x",
            "diff x",
            "diff x 1 2 --patch --summary",
            "state x --json --pretty",
            "snapshot x",
            "fork x",
            "fork x B --baseline base --at 1",
            "score x B",
            "promote x B",
            "prune x",
            "prune x --kind bogus",
            "prune x --older-than 30",
            "watch x --for 10",
            "rollback x",
            "a b --watch c",
            "export x --format pdf",
            "x --glyphs asci",
            "x --no-mouse --mouse",
            "log x --color sometimes",
            "--print-config --print-keys",
            "log x --glyphs ascii",
        ] {
            check(wrong, false);
        }
    }
}
