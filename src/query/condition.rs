//! Assignments where a truth or a value to show is asked for. What an assignment puts out is the whole changed value: as a truth it
//! always holds, and as a value it is not the part that was meant. Nothing is written, so it is never what is wanted.

use super::limits::{children, patterns};
use super::wrong::{self, WrongQuery};
use jaq_core::load::lex::{Lexer, StrPart, Tok, Token};
use jaq_core::load::parse::{BinaryOp, Term};

/// What is meant instead of an assignment, by its operator.
const INSTEAD: [(&str, &str); 8] = [
    ("=", "write == to compare"),
    ("|=", "write | to apply a filter"),
    ("//=", "write // for a default"),
    ("+=", "write + to add"),
    ("-=", "write - to subtract"),
    ("*=", "write * to multiply"),
    ("/=", "write / to divide"),
    ("%=", "write % for the remainder"),
];
/// The same where values are built one from another.
const IN_FOLD: &str = "in reduce and foreach write setpath(path; value)";

/// # Errors
/// Where a filter assigns, wherever that stands in it: at the first operator that does.
pub(super) fn assigns_nowhere(term: &Term<&str>, text: &str) -> Result<(), WrongQuery> {
    let Some(place) = first_assignment(term, AssignmentPlace::Anywhere) else { return Ok(()) };
    let operator = first_operator(&Lexer::new(text).lex().unwrap_or_default()).unwrap_or("=");
    let instead = INSTEAD.iter().find(|(known, _)| *known == operator).map_or(INSTEAD[0].1, |(_, instead)| instead);
    let hint = if place == AssignmentPlace::InFold { IN_FOLD } else { instead };
    let why = format!("{operator} assigns, and nothing can be assigned here");
    Err(WrongQuery::at(text, wrong::offset(text, operator), why).hinted(hint))
}

/// What an assignment stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AssignmentPlace {
    Anywhere,
    /// What a `reduce` or `foreach` does with each element.
    InFold,
}

/// Where the first assignment of a filter stands, in the order of its text.
fn first_assignment(term: &Term<&str>, place: AssignmentPlace) -> Option<AssignmentPlace> {
    let mut found = None;
    let mut look = |child: &Term<&str>, place| found = found.take().or_else(|| first_assignment(child, place));
    match term {
        Term::BinOp(left, operation, _) if assigns(operation) => {
            look(left, place);
            return found.or(Some(place));
        }
        Term::Fold(_, over, pattern, arguments) => {
            look(over, place);
            patterns(pattern, &mut |child| look(child, place));
            arguments.iter().for_each(|argument| look(argument, AssignmentPlace::InFold));
        }
        _ => children(term, &mut |child| look(child, place)),
    }
    found
}

fn assigns(operation: &BinaryOp<&str>) -> bool {
    matches!(operation, BinaryOp::Assign | BinaryOp::Update | BinaryOp::UpdateMath(_) | BinaryOp::UpdateAlt)
}

/// The first operator of a filter that assigns.
fn first_operator<'t>(tokens: &[Token<&'t str>]) -> Option<&'t str> {
    tokens.iter().find_map(|Token(text, kind)| match kind {
        Tok::Sym if text.ends_with('=') && !["==", "!=", "<=", ">="].contains(text) => Some(*text),
        Tok::Block(inner) => first_operator(inner),
        Tok::Str(parts) => parts.iter().find_map(|part| match part {
            StrPart::Term(inner) => first_operator(std::slice::from_ref(inner)),
            _ => None,
        }),
        _ => None,
    })
}
