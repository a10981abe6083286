//! The layering rules: what each module may name. docs/architecture.md says them in sentences.
//!
//! The sources are read as tokens, and every name is followed to the module that defines it (`layers/names.rs`), so that
//! no re-export, alias, glob or `super` leads around a rule. `layers/planted.rs` breaks each rule on purpose.

mod circles;
mod names;
mod planted;
mod sentences;
mod source;
mod types;

use names::{Named, Naming, Sources, is_below};
use source::{Texts, texts};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

/// Modules, lowest layer first; a module may name those of lower layers, and siblings only where listed in `FRIENDS`.
const LAYERS: [&[&str]; 17] = [
    &["escape"],
    &["error", "toml", "value"],
    &["diff", "patch", "query"],
    &["bytes"],
    &["record"],
    &["recipe"],
    &["history", "log", "import"],
    &["index", "segment"],
    &["recording"],
    &["questions"],
    &["assertions"],
    &["source", "export"],
    &["ops"],
    &["view"],
    &["tui"],
    &["cli"],
    &["main"],
];

/// The parts of the screen in the same way. A module inside of a part belongs to it, unless it is listed by itself.
const SCREEN: [&[&str]; 12] = [
    &[
        "tui::beside",
        "tui::disputed",
        "tui::key",
        "tui::owner",
        "tui::settings",
        "tui::store",
        "tui::task",
        "tui::terminal",
        "tui::tour",
    ],
    &["tui::action"],
    &["tui::clipboard", "tui::frame_map", "tui::keymap", "tui::signals", "tui::theme"],
    &["tui::config", "tui::glyphs", "tui::job", "tui::message"],
    &["tui::probe"],
    &["tui::look"],
    &["tui::pane"],
    &["tui::dialog"],
    &["tui::app"],
    &["tui::away", "tui::draw", "tui::input"],
    &["tui::bench", "tui::plain", "tui::run"],
    &["tui"],
];

/// Who may name whom within one layer.
const FRIENDS: [(&str, &str); 3] = [("value", "error"), ("patch", "diff"), ("query", "patch")];

/// Names that may stand only in some modules, and why. Crates are named by their name in code.
const ONLY_IN: [(&str, &[&str], &str); 25] = [
    (
        "im",
        &["value", "bytes", "history", "recording", "diff::rules"],
        "the persistent tree is a detail of values, histories and what they settle",
    ),
    ("rusqlite", &["import::database"], "databases are one source of many"),
    ("rmpv", &["import::database"], "as the databases it stands in"),
    ("jsonc_parser", &["import::notation"], "notations become JSON text in one place"),
    ("granit_parser", &["import::notation"], "as the notation it stands in"),
    ("ratatui", &["tui"], "the screen is painted in one place"),
    ("crossterm", &["tui", "cli"], "the terminal is touched in one place"),
    (
        "tokio",
        &["tui", "cli::mcp", "log::nats"],
        "only the screen, the server of a protocol and its client are asynchronous",
    ),
    ("async_nats", &["log::nats"], "behind `Log`, nobody knows which engine it is"),
    ("futures_util", &["log::nats"], "as the client whose streams it reads"),
    ("base64", &["log::nats", "source::messages"], "answers of a server, and bytes that are no text"),
    ("rmcp", &["cli::mcp"], "the protocol is spoken in one place"),
    ("clap", &["cli"], "arguments are the command line's"),
    (
        "chrono::Utc::now",
        &["recording", "source"],
        "below and above, times arrive inside records or lists of recent ones",
    ),
    ("chrono::Local::now", &[], "times of day are shown, never taken"),
    ("std::time::SystemTime::now", &[], "the one clock is the recording's"),
    ("std::process::exit", &["tui::signals"], "exit codes are returned"),
    ("std::process::Command", &["import", "tui", "cli"], "other programs are run by the git source and by who shows"),
    (
        "std::env",
        &["source", "tui", "cli", "main", "import::git", "import::database"],
        "what embeds the engine decides, not its environment",
    ),
    ("println!", &[], "output goes through one writer that knows of broken pipes"),
    ("print!", &[], "output goes through one writer that knows of broken pipes"),
    ("eprintln!", &[], "output goes through one writer that knows of broken pipes"),
    ("eprint!", &[], "output goes through one writer that knows of broken pipes"),
    ("std::println!", &[], "output goes through one writer that knows of broken pipes"),
    ("std::eprintln!", &[], "output goes through one writer that knows of broken pipes"),
];

/// Modules that never touch files.
const NO_FILES: [&str; 8] = ["value", "diff", "patch", "record", "history", "view", "error", "export"];

#[test]
fn no_module_names_a_higher_one() {
    assert_none(&misplaced(&SOURCES));
}

#[test]
fn names_stand_where_they_belong() {
    assert_none(&out_of_place(&SOURCES));
}

#[test]
fn what_a_module_must_not_name_it_does_not_name() {
    assert!(sentences::rules(&SOURCES).0.len() > 50, "the sentences are found");
    assert_none(&broken_sentences(&SOURCES));
}

#[test]
fn every_module_is_in_a_layer() {
    let homeless = SOURCES.modules().filter(|module| !module.path.is_empty() && place(&module.path).is_none());
    assert_none(&homeless.map(|module| format!("{}: in no layer", module.file)).collect());
}

#[test]
fn every_listed_module_is_there() {
    let listed = LAYERS.iter().chain(&SCREEN).flat_map(|layer| layer.iter().copied());
    let unknown = listed.chain(NO_FILES).filter(|module| !SOURCES.has_module(module));
    assert_none(&unknown.map(|module| format!("no module {module}")).collect());
}

/// The sources as they are.
static SOURCES: LazyLock<Sources> = LazyLock::new(|| read(&texts()));

fn assert_none(found: &BTreeSet<String>) {
    assert!(found.is_empty(), "\n{}", found.iter().map(String::as_str).collect::<Vec<_>>().join("\n"));
}

/// The sources, with the crates that Cargo.toml and the language offer.
fn read(texts: &Texts) -> Sources {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let mut crates: Vec<String> = ["std", "core", "alloc", "asof"].map(str::to_owned).into();
    let mut is_listed = false;
    for line in manifest.lines() {
        if let Some(section) = line.strip_prefix('[') {
            is_listed = section.trim_end_matches(']').ends_with("dependencies");
        } else if is_listed && let Some((name, _)) = line.split_once('=') {
            crates.push(name.trim().replace('-', "_"));
        }
    }
    Sources::read(texts, crates)
}

/// What names something higher.
fn misplaced(sources: &Sources) -> BTreeSet<String> {
    sources.namings().iter().filter_map(|naming| Some(told(naming, offender(sources, naming)?))).collect()
}

fn told(naming: &Naming, named: &str) -> String {
    format!("{}:{}: `{}` must not name `{named}`", naming.file, naming.line, naming.from)
}

/// What is named against the order: the thing itself, or else whoever hands it on.
fn offender<'a>(sources: &Sources, naming: &'a Naming) -> Option<&'a str> {
    let own = naming.chain.iter().rev().filter_map(|named| match named {
        Named::Own(path) => Some(path.as_str()),
        Named::Foreign(_) => None,
    });
    own.into_iter().find(|path| sources.module_of(path).is_some_and(|module| !may_name(&naming.from, &module.path)))
}

fn may_name(from: &str, to: &str) -> bool {
    let (Some((own, below)), Some((other, above))) = (place(from), place(to)) else { return from.is_empty() };
    own == other || above < below || FRIENDS.contains(&(own, other))
}

/// The listed module that `path` belongs to, and its place in the order.
fn place(path: &str) -> Option<(&'static str, (usize, usize))> {
    let (module, layer) = innermost(&LAYERS, path)?;
    match innermost(&SCREEN, path) {
        // A new part of the screen has to be listed: it does not belong to `tui` itself.
        Some(("tui", _)) if path != "tui" => None,
        Some((part, at)) => Some((part, (layer, at))),
        None => Some((module, (layer, 0))),
    }
}

fn innermost(layers: &'static [&'static [&'static str]], path: &str) -> Option<(&'static str, usize)> {
    let listed = layers.iter().enumerate().flat_map(|(at, layer)| layer.iter().map(move |module| (*module, at)));
    listed.filter(|(module, _)| is_below(path, module)).max_by_key(|(module, _)| module.len())
}

/// Names that stand where they must not.
fn out_of_place(sources: &Sources) -> BTreeSet<String> {
    let mut wrong = BTreeSet::new();
    for naming in sources.namings() {
        for path in naming.chain.iter().filter_map(foreign) {
            let is_in = |homes: &[&str]| homes.iter().any(|home| is_below(&naming.from, home));
            let stray = ONLY_IN.iter().find(|(name, homes, _)| is_below(path, name) && !is_in(homes));
            wrong.extend(stray.map(|(_, _, why)| format!("{}, for {why}", told(&naming, path))));
            if is_below(path, "std::fs") && is_in(&NO_FILES) {
                wrong.insert(format!("{}: it never touches files", told(&naming, path)));
            }
        }
    }
    wrong
}

fn foreign(named: &Named) -> Option<&str> {
    match named {
        Named::Foreign(path) => Some(path),
        Named::Own(_) => None,
    }
}

/// What breaks a sentence of a module's own documentation, or cannot be checked.
fn broken_sentences(sources: &Sources) -> BTreeSet<String> {
    let (rules, refused) = sentences::rules(sources);
    let namings = sources.namings();
    let broken = rules.iter().flat_map(|rule| {
        let against = namings.iter().filter(|naming| rule.forbids(naming));
        against.map(move |naming| {
            format!("{}:{}: `{}` must not name {}", naming.file, naming.line, rule.module, rule.word)
        })
    });
    broken.chain(refused).collect()
}
