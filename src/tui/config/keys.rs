//! `keys.toml`: the person's own keys, by the name of the action.
//!
//! ```toml
//! rollback = "ctrl+g"            # instead of R, wherever it holds
//! step = ["n", "Right"]          # several keys
//! undo = false                   # none
//! [in.state]                     # only in the state tree
//! open-row = "o"
//! ```
//!
//! Must not name: `app`.

use crate::escape::in_quotes;
use crate::history::nearest::nearest;
use crate::toml::{DeValue, Spanned, TomlEntry, TomlProblem, TomlText, entries};
use crate::tui::action::{ACTIONS, Context, Group, Spec};
use crate::tui::key::{Key, sequence_text};
use crate::tui::keymap::{Clash, Keymap, Sequence};
use std::fmt::Write;
use std::path::Path;

/// Bindings, and for each row of ACTIONS the last line that changed it.
pub struct KeyBindings {
    rows: Vec<Vec<Sequence>>,
    changed: Vec<Option<TomlProblem>>,
}

/// What the option `keys` names: text in the form of keys.toml.
pub const PRESETS: [(&str, &str); 3] = [
    ("default", ""),
    ("helix", include_str!("../../../assets/keys/helix.toml")),
    ("arrows", include_str!("../../../assets/keys/arrows.toml")),
];

impl KeyBindings {
    /// The bindings of a preset. A test makes sure that none has a problem.
    pub fn preset(name: &str) -> Self {
        let rows = Keymap::default().rows().to_vec();
        let mut keys = Self { changed: rows.iter().map(|_| None).collect(), rows };
        let text = PRESETS.iter().find(|(preset, _)| *preset == name).map_or("", |(_, text)| text);
        keys.apply(&TomlText { file: Path::new(name), text }, &mut Vec::new());
        keys.changed.fill(None);
        keys
    }

    /// Changes the bindings as a file says; what it says wrong is reported and left out.
    pub fn apply(&mut self, source: &TomlText<'_>, problems: &mut Vec<TomlProblem>) {
        let table = source.parse(problems);
        let (places, names): (Vec<TomlEntry<'_, '_>>, Vec<_>) =
            entries(&table).into_iter().partition(|(name, ..)| *name == "in");
        let everywhere: Vec<Context> =
            ACTIONS.iter().filter(|spec| spec.group != Group::Dialog).map(|spec| spec.context).collect();
        for entry in names {
            self.bind(entry, &everywhere, source, problems);
        }
        for (_, _, value) in places {
            self.apply_places(value, source, problems);
        }
    }

    fn apply_places(&mut self, places: &Spanned<DeValue<'_>>, source: &TomlText<'_>, problems: &mut Vec<TomlProblem>) {
        let places = places.get_ref().as_table().map(entries).unwrap_or_default();
        for (name, span, value) in places {
            match (context(name), value.get_ref()) {
                (Some(context), DeValue::Table(table)) => {
                    entries(table).into_iter().for_each(|entry| self.bind(entry, &[context], source, problems));
                }
                _ => problems.push(source.problem(span, unknown("place", name, &context_names()))),
            }
        }
    }

    /// Gives the rows of a name in these contexts other keys.
    fn bind(
        &mut self,
        (name, span, value): TomlEntry<'_, '_>,
        contexts: &[Context],
        source: &TomlText<'_>,
        problems: &mut Vec<TomlProblem>,
    ) {
        let here = |spec: &&Spec| contexts.contains(&spec.context);
        if !ACTIONS.iter().filter(here).any(|spec| spec.name == name) {
            let names: Vec<&str> = ACTIONS.iter().filter(here).map(|spec| spec.name).collect();
            problems.push(source.problem(span, unknown("action", name, &names)));
            return;
        }
        match sequences(value) {
            Err(why) => problems.push(source.problem(value.span(), format!("{name}: {why}"))),
            Ok(sequences) => {
                for (row, spec) in ACTIONS.iter().enumerate() {
                    if spec.name == name && here(&spec) {
                        self.rows[row].clone_from(&sequences);
                        self.changed[row] = Some(source.problem(span.clone(), ""));
                    }
                }
            }
        }
    }

    /// The bindings. Two actions that want one key are a problem of the line that asked last.
    pub fn finish(self, problems: &mut Vec<TomlProblem>) -> Keymap {
        let keymap = Keymap::of(self.rows);
        for clash in keymap.clashes() {
            let blamed = [clash.first.0, clash.second.0].map(|row| self.changed[row].clone());
            let line = blamed.into_iter().flatten().max_by_key(|place| place.line);
            problems.extend(line.map(|place| TomlProblem { why: clash_words(&clash), ..place }));
        }
        keymap
    }
}

fn clash_words(clash: &Clash) -> String {
    let ((first, keys), (second, others)) = (&clash.first, &clash.second);
    let (first, second) = (ACTIONS[*first].name, ACTIONS[*second].name);
    let (keys, others) = (sequence_text(keys), sequence_text(others));
    let wants = if keys == others {
        format!("{keys} would mean both {first} and {second}")
    } else {
        format!("{keys} of {first} and {others} of {second} start alike, so the longer one could not be typed")
    };
    format!("{wants}: give one of them another key, or false")
}

fn unknown(what: &str, name: &str, names: &[&str]) -> String {
    let near = nearest(name, names.iter().copied());
    match near.first() {
        Some(near) => format!("no {what} {}; nearest: {near}", in_quotes(name)),
        None if names.len() < 20 => format!("no {what} {}; known: {}", in_quotes(name), names.join(", ")),
        None => format!("no {what} {}; asof --print-keys lists all", in_quotes(name)),
    }
}

/// `"g g"`, `["g g", "Home"]`, or `false` for none.
fn sequences(value: &Spanned<DeValue<'_>>) -> Result<Vec<Sequence>, String> {
    match value.get_ref() {
        DeValue::String(text) => Ok(vec![sequence(text)?]),
        DeValue::Array(texts) => texts.iter().map(|text| sequence(text.get_ref().as_str().ok_or(WANTED)?)).collect(),
        DeValue::Boolean(false) => Ok(Vec::new()),
        _ => Err(WANTED.to_owned()),
    }
}

const WANTED: &str = "keys are a string such as \"ctrl+g\" or \"g g\", a list of such strings, or false for none";

fn sequence(text: &str) -> Result<Sequence, String> {
    let keys = Key::parse_sequence(text).filter(|keys| !keys.is_empty());
    keys.ok_or_else(|| {
        format!("not a key: {}; write ., R, g g, ctrl+g, alt+Left, shift+Tab, F5, PgUp, Space", in_quotes(text))
    })
}

/// A context as keys.toml names it: `state`.
fn context_name(context: Context) -> String {
    format!("{context:?}").to_lowercase()
}

fn context(name: &str) -> Option<Context> {
    ACTIONS.iter().map(|spec| spec.context).find(|context| context_name(*context) == name)
}

fn context_names() -> Vec<&'static str> {
    let mut names: Vec<String> = ACTIONS.iter().map(|spec| context_name(spec.context)).collect();
    names.sort();
    names.dedup();
    names.into_iter().map(|name| &*name.leak()).collect()
}

/// All bindings in the form of keys.toml.
pub fn as_toml(keymap: &Keymap) -> String {
    let mut text = HEAD.to_owned();
    let top = |spec: &Spec| matches!(spec.context, Context::Always | Context::Anywhere | Context::Rows);
    let mut pane = None;
    let everywhere = ACTIONS.iter().zip(keymap.rows()).filter(|(spec, _)| top(spec));
    let mut in_panes: Vec<_> = ACTIONS.iter().zip(keymap.rows()).filter(|(spec, _)| !top(spec)).collect();
    in_panes.sort_by_key(|(spec, _)| context_name(spec.context));
    for (spec, sequences) in everywhere.chain(in_panes) {
        if !top(spec) && pane.replace(spec.context) != Some(spec.context) {
            let _ = write!(text, "\n[in.{}]\n", context_name(spec.context));
        }
        let _ = writeln!(text, "{:<36} # {}", format!("{} = {}", spec.name, value(sequences)), spec.doc);
    }
    text
}

const HEAD: &str = "\
# The keys of asof. Your own go into keys.toml beside config.toml, and only those that differ:
#   rollback = \"ctrl+g\"    step = [\"n\", \"Right\"]    undo = false
# A name up here counts wherever the action holds; under [in.state], [in.timeline] and so on only there.

";

/// `"."`, `["g g", "Home"]`, `false`.
fn value(sequences: &[Sequence]) -> String {
    let quoted = |keys: &Sequence| {
        let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
        format!("\"{}\"", keys.join(" ").replace('\\', "\\\\").replace('"', "\\\""))
    };
    match sequences {
        [] => "false".to_owned(),
        [one] => quoted(one),
        several => format!("[{}]", several.iter().map(quoted).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Keymap, Vec<String>) {
        let mut problems = Vec::new();
        let mut keys = KeyBindings::preset("default");
        keys.apply(&TomlText { file: Path::new("keys.toml"), text }, &mut problems);
        let keymap = keys.finish(&mut problems);
        (keymap, problems.iter().map(ToString::to_string).collect())
    }

    fn spec(name: &str, context: Context) -> &'static Spec {
        ACTIONS.iter().find(|spec| spec.name == name && spec.context == context).unwrap()
    }

    /// The file shows the table. Run the tests with `INSTA_UPDATE=always` after a change of ACTIONS.
    #[test]
    fn the_file_shows_the_table() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/keys.toml");
        let expected = as_toml(&Keymap::default());
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            std::fs::write(&file, &expected).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), expected, "run with INSTA_UPDATE=always to write it anew");
    }

    #[test]
    fn what_is_printed_can_be_read_back() {
        let (keymap, problems) = read(&as_toml(&Keymap::default()));
        assert_eq!((keymap.rows(), problems), (Keymap::default().rows(), vec![]));
    }

    #[test]
    fn presets_are_right() {
        for (name, text) in PRESETS {
            let (_, problems) = read(text);
            assert_eq!(problems, Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn keys_are_the_persons_own() {
        let text = "rollback = \"ctrl+g\"\nstep = [\"H\", \"alt+x\"]\nundo = false\n[in.state]\nopen-row = \"o\"\n";
        let (keymap, problems) = read(text);
        assert_eq!(problems, Vec::<String>::new(), "H means something else in the state tree, and the tree is nearer");
        let shown = |name, context| keymap.keys_text(spec(name, context));
        assert_eq!(shown("rollback", Context::Anywhere), "ctrl+g");
        assert_eq!(shown("step", Context::Anywhere), "H alt+x");
        assert_eq!(shown("step", Context::Timeline), "H alt+x", "wherever it holds");
        assert_eq!(shown("undo", Context::Anywhere), "");
        assert_eq!(shown("open-row", Context::State), "o");
        assert_eq!(shown("open-row", Context::Diff), "Right l", "only there");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, expected) in [
            ("rolback = \"x\"", "keys.toml:1: no action \"rolback\"; nearest: rollback"),
            ("\n[in.stata]\nup = \"x\"", "keys.toml:2: no place \"stata\"; nearest: state"),
            ("[in.rollback]\nyes = \"x\"", "keys.toml:2: no action \"yes\"; known: confirm"),
            ("undo = \"Strg-z\"", "keys.toml:1: undo: not a key: \"Strg-z\""),
            ("undo = 3", "keys.toml:1: undo: keys are a string"),
            ("undo = [\"u\", 3]", "keys.toml:1: undo: keys are a string"),
            ("undo = true", "keys.toml:1: undo: keys are a string"),
            ("\nundo = \"R\"", "keys.toml:2: R would mean both rollback and undo: give one of them another key"),
            ("undo = \"g\"", "keys.toml:1: g of undo and gg of first start alike"),
            ("undo = \"g g x\"", "keys.toml:1: ggx of undo and gg of first start alike"),
            ("undo = \"ctrl+g\"\nundo = \"x\"", "keys.toml:2: duplicate key"),
            ("undo = \"W\"\nswap = \"W\"", "keys.toml:2: W would mean both undo and swap"),
            ("undo = ", "keys.toml:1: "),
        ] {
            let (_, problems) = read(text);
            let first = problems.first().map_or("", String::as_str);
            assert!(first.starts_with(expected), "{text:?}:\n{problems:?}\nexpected {expected}");
        }
    }
}
