//! Each rule, broken on purpose in a copy of the sources: the tests of the rules see it.

use super::names::Sources;
use super::source::texts;
use super::{broken_sentences, misplaced, out_of_place, read};
use std::collections::BTreeSet;

/// What is written at the end of a file, and what has to be found because of it.
type Plant = (&'static str, &'static str, &'static str);

/// Names of higher layers.
const HIGHER: [Plant; 16] = [
    ("history/fold.rs", "use crate::{Recording, Tenant};", "`history::fold` must not name `recording::Recording`"),
    ("history/fold.rs", "fn f(of: &crate::Tenant) {}", "`history::fold` must not name `recording::tenant::Tenant`"),
    ("log.rs", "use crate::recording::Recording;", "`log` must not name `recording::Recording`"),
    (
        "value/path.rs",
        "fn f() { let at = super::super::record::Version(1); }",
        "`value::path` must not name `record::Version`",
    ),
    ("diff.rs", "use super::{error, history::{self as past}};", "`diff` must not name `history`"),
    ("patch.rs", "use crate as all;\nfn f(of: all::Tenant) {}", "`patch` must not name `recording::tenant::Tenant`"),
    ("record.rs", "use crate::*;", "`record` must not name `view`"),
    ("import.rs", "macro_rules! m { () => { $crate::log::verify } }", "`import` must not name `log"),
    (
        "recording.rs",
        "const TEXT: &str = \"http://\"; use crate::view::list;",
        "`recording` must not name `view::list`",
    ),
    ("source.rs", "fn f() { g(&[0..crate::view::text::fit()]); }", "`source` must not name `view::text::cut::fit`"),
    ("export.rs", "mod inner { use crate::tui::theme; }", "`export::inner` must not name `tui::theme`"),
    ("view/table.rs", "#[derive(crate::cli::Rows)] struct S;", "`view::table` must not name `cli::Rows`"),
    ("tui/theme.rs", "use super::app::App;", "`tui::theme` must not name `tui::app::App`"),
    ("tui/keymap.rs", "fn f(of: crate::tui::run::Loop) {}", "`tui::keymap` must not name `tui::run::Loop`"),
    ("tui/app/time.rs", "use crate::tui::draw::paint;", "`tui::app::time` must not name `tui::draw::paint`"),
    ("tui/glyphs.rs", "fn f(of: super::RunOptions) {}", "`tui::glyphs` must not name `tui::RunOptions`"),
];

/// Names out of their place, and against the sentence of their own module.
const ELSEWHERE: [Plant; 10] = [
    ("diff/walk.rs", "use im::OrdMap;", "`diff::walk` must not name `im::OrdMap`"),
    ("log/file.rs", "use chrono::Utc as Now;\nfn f() { Now::now(); }", "`log::file` must not name `chrono::Utc::now`"),
    ("view/words.rs", "fn f() { println!(\"//\"); }", "`view::words` must not name `println!`"),
    ("cli/log.rs", "fn f() { g(|| std::println!()); }", "`cli::log` must not name `std::println!`"),
    ("history/values/seek.rs", "use std::{fs::{self}, io};", "`history::values::seek` must not name `std::fs`"),
    ("recording/rules.rs", "fn f() { std::env::var(\"HOME\"); }", "`recording::rules` must not name `std::env::var`"),
    ("log/index.rs", "fn f(of: std::fs::File) {}", "`log::index` must not name files"),
    ("history/lineage/tree.rs", "use crate::Value;", "`history::lineage::tree` must not name values"),
    ("tui/settings.rs", "use clap::Parser;", "`tui::settings` must not name `clap`"),
    ("tui/key.rs", "use super::action::Action;", "`tui::key` must not name `action`"),
];

/// The same names where they break nothing.
const HARMLESS: [(&str, &str); 6] = [
    ("history/fold.rs", "#[cfg(test)] use crate::Recording;"),
    (
        "log.rs",
        "#[cfg(all(test, unix))] mod more { use crate::Recording; } #[cfg(test)] #[rustfmt::skip] const A: [u8; 1] = { use crate::view; [0] };",
    ),
    (
        "value.rs",
        "// use crate::record::Record;\n/* use im::X; */ /// [`crate::Tenant`]\nconst A: &str = \"use crate::view;\"; fn f(record: u8) { a.view::<u8>(); record; }",
    ),
    ("patch.rs", "use crate::{Value, diff::Change}; fn f() { let error = crate::Error; }"),
    ("record.rs", "fn f() { r#\"use crate::log;\"#; 'a: loop {} }"),
    ("view.rs", "use crate::{Recording, Tenant, history::VersionKind};"),
];

/// The sources with `plants` at the ends of their files.
fn planted<'a>(plants: impl IntoIterator<Item = (&'a str, &'a str)>) -> Sources {
    let mut texts = texts();
    for (file, text) in plants {
        let source = texts.get_mut(file).unwrap_or_else(|| panic!("no file {file}"));
        source.push_str(text);
        source.push('\n');
    }
    read(&texts)
}

fn all_found(sources: &Sources) -> BTreeSet<String> {
    [misplaced(sources), out_of_place(sources), broken_sentences(sources)].into_iter().flatten().collect()
}

#[test]
fn what_breaks_a_rule_is_found_wherever_it_stands() {
    let plants = HIGHER.iter().chain(&ELSEWHERE);
    let found = all_found(&planted(plants.clone().map(|(file, text, _)| (*file, *text))));
    for (file, text, expected) in plants {
        let is_found = found.iter().any(|line| line.starts_with(file) && line.contains(expected));
        assert!(
            is_found,
            "{file}: {text}\nnot found: {expected}\n{}",
            Vec::from_iter(&found).iter().map(|line| format!("{line}\n")).collect::<String>()
        );
    }
}

#[test]
fn what_breaks_no_rule_is_not_found() {
    assert_eq!(all_found(&planted(HARMLESS)), BTreeSet::new());
}

#[test]
fn a_sentence_that_cannot_be_checked_is_refused() {
    for sentence in ["Must not know: how it is painted.", "Must not name: `nobody`.", "It must not see files."] {
        let error = format!("//! One error.\n//!\n//! {sentence}\n");
        let texts = [("lib.rs", "mod error;"), ("main.rs", ""), ("error.rs", &error)];
        let texts = texts.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
        assert_eq!(broken_sentences(&read(&texts)).len(), 1, "{sentence}");
    }
}
