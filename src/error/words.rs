//! Parts of sentences that depend on what is in an error.

use super::{InputPlace, Overlap};
use crate::escape::{self, named};
use std::io;
use std::path::Path;

/// A number and its noun.
pub fn counted(n: u64, thing: &str) -> String {
    format!("{n} {}", noun(n, thing))
}

/// Why a variant is not promoted; `main` itself is where variants are promoted to.
pub fn nothing_to_promote(variant: &str, version: u64, head: u64) -> String {
    if variant == "main" {
        return "main cannot be promoted: name a variant or another branch".to_owned();
    }
    format!("nothing to promote: the head of {} (#{version}) equals the head of main (#{head})", named(variant))
}

/// What the operating system says of an error, without its number: `no such file or directory`.
pub fn of_system(error: &io::Error) -> String {
    let text = error.to_string();
    let Some((words, rest)) = text.split_once(" (os error ") else { return text };
    let after = rest.split_once(')').map_or("", |(_number, after)| after);
    let words = if error.raw_os_error().is_some() { uncapitalized(words) } else { words.to_owned() };
    words + after
}

/// `Permission denied` as it stands behind a colon. An abbreviation stays.
fn uncapitalized(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) if !letters.as_str().starts_with(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => words.to_owned(),
    }
}

/// Where a path leads through a file as if it were a directory, the error names that file.
pub(super) fn naming_the_file(path: &Path, error: io::Error) -> io::Error {
    let in_the_way = error.raw_os_error().is_some() && error.kind() == io::ErrorKind::NotADirectory;
    let Some(file) = path.ancestors().find(|above| in_the_way && above.is_file()) else { return error };
    let name = if file == path { "it".to_owned() } else { escape::file(file) };
    io::Error::new(error.kind(), format!("{name} is a file, not a directory"))
}

/// The word that agrees with a number: `is` of one, `are` of others.
#[cfg(feature = "import")]
pub fn agreeing(n: u64, one: &'static str, others: &'static str) -> &'static str {
    if n == 1 { one } else { others }
}

/// The noun that agrees with a number.
pub fn noun(n: u64, thing: &str) -> String {
    match thing {
        _ if n == 1 => thing.to_owned(),
        _ if thing.ends_with("ch") => format!("{thing}es"),
        _ => format!("{thing}s"),
    }
}

pub(super) fn overlap_words(overlaps: &[Overlap]) -> String {
    overlaps.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

pub(super) fn path_words(path: &str) -> &str {
    if path.is_empty() { "the value" } else { path }
}

pub(super) fn taken_words(recording: bool) -> &'static str {
    if recording { "is already a recording" } else { "is not empty" }
}

pub(super) fn same_words(target: u64, head: u64) -> String {
    if target == head {
        format!("#{head} is already the head")
    } else {
        format!("the head (#{head}) already equals #{target}")
    }
}

pub(super) fn nearest_words(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; nearest: {}", names.iter().map(|name| named(name)).collect::<Vec<_>>().join(", ")),
    }
}

/// `shop.jsonl: unknown format`, but `shop.jsonl is empty`: what is said of a file, as a sentence where it is one.
pub(super) fn of_file(file: &str, why: &str) -> String {
    let is_sentence = ["is ", "has ", "holds "].iter().any(|verb| why.starts_with(verb));
    format!("{}{} {why}", named(file), if is_sentence { "" } else { ":" })
}

/// With its place, where that is in a file or beyond the first line of a text.
pub(super) fn at_place(place: &InputPlace, why: &str) -> String {
    match (place.file.is_empty() && place.line == 0, place.byte) {
        (true, 0) => why.to_owned(),
        (true, byte) => format!("byte {byte}: {why}"),
        (false, _) => format!("{place}: {why}"),
    }
}
