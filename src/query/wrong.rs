//! What is wrong with a filter: where, and what was probably meant.

use super::functions::OUTSIDE;
use super::json::QueryJson;
use crate::value::Text;
use jaq_core::Exn;
use jaq_core::compile::{self, Undefined};
use jaq_core::load::lex::{self, Lexer};
use jaq_core::load::parse::{self, Parser, Term};
use jaq_core::load::{self};
use std::fmt;

/// Why a filter cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongQuery {
    /// The filter.
    pub text: Text,
    /// The byte in it where the trouble begins.
    pub at: usize,
    /// What is wrong.
    pub why: Text,
    /// What was probably meant.
    pub hint: Option<Text>,
}

impl fmt::Display for WrongQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A long one is not said again whole.
        let text = if self.text.len() > 200 { excerpt(&self.text) } else { self.text.to_string() };
        write!(f, "the filter {text} is wrong at character {}: {}", character(&self.text, self.at), self.why)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl std::error::Error for WrongQuery {}

impl WrongQuery {
    pub(super) fn at(text: &str, at: usize, why: impl Into<Text>) -> Self {
        Self { text: text.into(), at, why: why.into(), hint: None }
    }

    pub(super) fn hinted(self, hint: &str) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    fn of_syntax(text: &str, at: usize, expected: &str) -> Self {
        let end = at >= text.trim_end().len();
        let found = if end { "the end of the filter".to_owned() } else { format!("{:?}", excerpt(&text[at..])) };
        let wrong = Self::at(
            text,
            at,
            match expected {
                "token" | "nothing" if !end => format!("unexpected {found}"),
                "token" | "nothing" | "term" => format!("expected an expression, found {found}"),
                "pattern" => format!("expected a variable such as $x, found {found}"),
                other => format!("expected {other}, found {found}"),
            },
        );
        match slip(text, at) {
            Some(hint) => wrong.hinted(hint),
            None => wrong,
        }
    }

    /// What the loader says, which has parsed the filter again.
    pub(super) fn of_loading<P>(text: &str, errors: load::Errors<&str, P>) -> Self {
        let first = errors.into_iter().map(|(_, error)| error).next();
        match first {
            Some(load::Error::Parse(errors)) => of_parse(text, &errors),
            Some(load::Error::Lex(errors)) => of_lex(text, &errors),
            Some(load::Error::Io(errors)) => {
                let path = errors.first().map_or("", |(path, _)| path);
                Self::at(text, offset(text, path), "a filter cannot load other files")
            }
            None => Self::at(text, 0, "it cannot be read"),
        }
    }

    /// What the compiler says.
    pub(super) fn of_compiling<P>(text: &str, errors: compile::Errors<&str, P>) -> Self {
        let found = errors.into_iter().flat_map(|(_, errors)| errors).next();
        let Some((name, undefined)) = found else { return Self::at(text, 0, "it cannot be compiled") };
        let at = offset(text, name);
        let wrong = |why: String| Self::at(text, at, why);
        match undefined {
            Undefined::Var => wrong(format!("there is no variable {name}")),
            Undefined::Label => wrong(format!("there is no label {name}")),
            Undefined::Filter(arity) => of_name(wrong, name, arity),
            other => wrong(format!("there is no {} {name}", other.as_str())),
        }
    }
}

fn of_name(wrong: impl Fn(String) -> WrongQuery, name: &str, arity: usize) -> WrongQuery {
    if OUTSIDE.contains(&name) {
        return wrong(format!("{name} reads outside of the value, which a filter cannot do"));
    }
    let counted = match arity {
        0 => String::new(),
        1 => " with 1 argument".to_owned(),
        more => format!(" with {more} arguments"),
    };
    let wrong = wrong(format!("there is no function {name}{counted}"));
    match nearest_function(name) {
        _ if slip(name, 0).is_some() => wrong.hinted(slip(name, 0).unwrap_or_default()),
        Some(known) if known == name => wrong.hinted("it takes a different number of arguments"),
        Some(known) => wrong.hinted(&format!("did you mean {known}?")),
        None => wrong.hinted(&format!("a field is written .{name}, a string \"{name}\"")),
    }
}

/// The function of the nearest name, if one is near.
fn nearest_function(name: &str) -> Option<&'static str> {
    let defined = super::functions::definitions().map(|definition| definition.name);
    let native = super::functions::natives().map(|(name, ..)| name);
    let known = defined.chain(native).map(|known| (distance(name, known), known));
    known.filter(|(distance, known)| *distance <= known.len().min(6) / 3).min().map(|(_, known)| known)
}

/// Levenshtein's distance of two names.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in right.bytes().enumerate() {
            let cost = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

/// Slips of people who write other languages all day.
const SLIPS: [(&str, &str); 12] = [
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("===", "write =="),
    (":=", "write =="),
    ("=<", "write <="),
    ("=~", "write | test(\"regular expression\")"),
    ("!==", "write !="),
    ("<>", "write !="),
    ("'", "strings are written in double quotes"),
    ("!", "write `| not`"),
    ("\u{201c}", "strings are written in straight double quotes"),
    ("\u{2018}", "strings are written in straight double quotes"),
];

/// Words of those languages, in any case.
const WORDS: [(&str, &str); 6] = [
    ("and", "write `and` in lower case"),
    ("or", "write `or` in lower case"),
    ("not", "write `| not`"),
    ("like", "write | test(\"regular expression\")"),
    ("is", "write =="),
    ("in", "write | IN(\"a\", \"b\")"),
];

fn slip(text: &str, at: usize) -> Option<&'static str> {
    let rest = text.get(at..).unwrap_or_default();
    let word = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())];
    if let Some((_, hint)) = WORDS.iter().find(|(slip, _)| word.eq_ignore_ascii_case(slip)) {
        return Some(hint);
    }
    let near = text.get(at.saturating_sub(1)..).or_else(|| text.get(at..))?;
    let start =
        SLIPS.iter().find(|(slip, _)| near.starts_with(slip) || near.get(1..).is_some_and(|n| n.starts_with(slip)));
    start.map(|(_, hint)| *hint)
}

/// Parses a filter.
///
/// # Errors
/// Where it stops being one.
pub(super) fn parse(text: &str) -> Result<Term<&str>, WrongQuery> {
    if text.trim().is_empty() {
        return Err(WrongQuery::at(text, 0, "it is empty").hinted("for example .status == \"paid\""));
    }
    let tokens = Lexer::new(text).lex().map_err(|errors| of_lex(text, &errors))?;
    Parser::new(&tokens).parse(jaq_core::load::Parser::term).map_err(|errors| match errors.first() {
        Some((expected, found)) => {
            let at = found.as_ref().map_or(text.len(), |token| offset(text, token.0));
            WrongQuery::of_syntax(text, at, expected.as_str())
        }
        None => WrongQuery::at(text, 0, "it cannot be read"),
    })
}

fn of_lex(text: &str, errors: &[lex::Error<&str>]) -> WrongQuery {
    match errors.first() {
        Some((lex::Expect::Delim(open), _)) => {
            let at = offset(text, open);
            let wrong = WrongQuery::at(text, at, format!("{} is not closed", excerpt(&text[at..])));
            if *open == "\"" { wrong.hinted("a string ends with a double quote") } else { wrong }
        }
        Some((expected, rest)) => WrongQuery::of_syntax(text, offset(text, rest), expected.as_str()),
        None => WrongQuery::at(text, 0, "it cannot be read"),
    }
}

fn of_parse(text: &str, errors: &[parse::Error<&str>]) -> WrongQuery {
    match errors.first() {
        Some((expected, found)) => WrongQuery::of_syntax(text, offset(text, found), expected.as_str()),
        None => WrongQuery::at(text, 0, "it cannot be read"),
    }
}

/// The character that a byte of a text belongs to, counted from 1 as people count.
pub fn character(text: &str, at: usize) -> usize {
    text.char_indices().take_while(|(begin, _)| *begin < at).count() + 1
}

/// Where a part of a text stands in it; its end for what is not a part.
pub(super) fn offset(text: &str, part: &str) -> usize {
    let at = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    at.filter(|at| *at <= text.len()).unwrap_or(text.len())
}

/// Its beginning, short enough for a sentence.
fn excerpt(text: &str) -> String {
    const MOST: usize = 24;
    let short: String = text.chars().take(MOST).collect();
    if short.len() < text.len() { format!("{short}...") } else { short }
}

/// The message of what ended a run, short enough for a sentence.
pub(super) fn failure_message(exception: Exn<'_, QueryJson>) -> Text {
    const MOST: usize = 300;
    let error = exception.get_err().map_or_else(|_| "it ended without a reason".to_owned(), |error| error.to_string());
    let mut short: String = error.chars().take(MOST).collect();
    if short.len() < error.len() {
        short.push_str("...");
    }
    short.into()
}
