//! Assignments where a truth or a value to show is asked for. What an assignment puts out is the whole changed value: as a truth it
//! always holds, and as a value it is not the part that was meant. What goes on from there into something else may assign.

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

/// # Errors
/// Where an assignment is asked whether it holds, or is put out by the filter or in a container of its own: at its operator.
pub(super) fn assigns_nowhere(term: &Term<&str>, text: &str) -> Result<(), WrongQuery> {
    let mut walk = FilterWalk::default();
    walk.term(term, true);
    let Some(at) = walk.found else { return Ok(()) };
    let tokens = Lexer::new(text).lex().unwrap_or_default();
    let mut operators = Vec::new();
    assignments(&tokens, &mut operators);
    let operator = operators.get(at).copied().unwrap_or("=");
    let instead = INSTEAD.iter().find(|(known, _)| *known == operator).map_or(INSTEAD[0].1, |(_, instead)| instead);
    let why = format!("{operator} assigns, and nothing can be assigned here");
    Err(WrongQuery::at(text, wrong::offset(text, operator), why).hinted(instead))
}

/// The operators of a filter that assign, in the order of the text.
fn assignments<'t>(tokens: &[Token<&'t str>], found: &mut Vec<&'t str>) {
    for Token(text, kind) in tokens {
        match kind {
            Tok::Sym if text.ends_with('=') && !["==", "!=", "<=", ">="].contains(text) => found.push(text),
            Tok::Block(inner) => assignments(inner, found),
            Tok::Str(parts) => parts.iter().for_each(|part| {
                if let StrPart::Term(inner) = part {
                    assignments(std::slice::from_ref(inner), found);
                }
            }),
            _ => {}
        }
    }
}

/// A walk over a filter in the order of its text.
#[derive(Default)]
struct FilterWalk {
    /// Assignments passed.
    passed: usize,
    /// How many were before the first one whose output is asked for.
    found: Option<usize>,
}

impl FilterWalk {
    /// `asked` says whether the outputs of this term are those of the filter, or are asked whether they hold.
    fn term(&mut self, term: &Term<&str>, asked: bool) {
        match term {
            Term::BinOp(left, operation, right) => self.binary(left, operation, right, asked),
            Term::Call(name, arguments) => arguments.iter().enumerate().for_each(|(at, argument)| {
                let asks = match (*name, arguments.len(), at) {
                    ("select" | "any" | "all", 1, 0) | ("any" | "all", 2, 1) | ("until" | "while", 2, 0) => true,
                    ("map" | "first" | "last" | "limit", _, _) => asked,
                    _ => false,
                };
                self.term(argument, asks);
            }),
            Term::IfThenElse(branches, otherwise) => {
                for (condition, then) in branches {
                    self.term(condition, true);
                    self.term(then, asked);
                }
                otherwise.iter().for_each(|otherwise| self.term(otherwise, asked));
            }
            Term::Arr(_) | Term::Obj(_) | Term::Label(..) => children(term, &mut |child| self.term(child, asked)),
            Term::Def(definitions, inner) => {
                definitions.iter().for_each(|definition| self.term(&definition.body, false));
                self.term(inner, asked);
            }
            Term::TryCatch(tried, caught) => {
                self.term(tried, asked);
                caught.iter().for_each(|caught| self.term(caught, false));
            }
            _ => children(term, &mut |child| self.term(child, false)),
        }
    }

    fn binary(&mut self, left: &Term<&str>, operation: &BinaryOp<&str>, right: &Term<&str>, asked: bool) {
        let is_not = matches!(right, Term::Call(name, arguments) if *name == "not" && arguments.is_empty());
        let (asks_left, asks_right) = match operation {
            BinaryOp::And | BinaryOp::Or => (true, true),
            BinaryOp::Pipe(None) => (is_not || asked && matches!(right, Term::Id), asked),
            BinaryOp::Pipe(Some(_)) => (false, asked),
            BinaryOp::Comma | BinaryOp::Alt => (asked, asked),
            _ => (false, false),
        };
        self.term(left, asks_left);
        match operation {
            BinaryOp::Pipe(Some(pattern)) => patterns(pattern, &mut |term| self.term(term, false)),
            BinaryOp::Assign | BinaryOp::Update | BinaryOp::UpdateMath(_) | BinaryOp::UpdateAlt => {
                if asked {
                    self.found.get_or_insert(self.passed);
                }
                self.passed += 1;
            }
            _ => {}
        }
        self.term(right, asks_right);
    }
}
