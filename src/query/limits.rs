//! What keeps the text of a filter from taking the program along: its size, its nesting, definitions that call themselves.

use super::wrong::{self, WrongQuery};
use jaq_core::load::parse::{BinaryOp, Def, Term};

/// Longest filter, in bytes.
const MOST_BYTES: usize = 4096;

/// Deepest nesting of brackets in a filter.
const MOST_NESTED: usize = 64;

/// Most words and symbols in a filter: what recurses over them stays within the stack of any thread.
const MOST_TOKENS: usize = 250;

/// # Errors
/// When a filter is longer or nested deeper than the parser bears.
pub(super) fn is_small(text: &str) -> Result<(), WrongQuery> {
    if text.len() > MOST_BYTES {
        return Err(WrongQuery::at(text, MOST_BYTES, format!("a filter has at most {MOST_BYTES} bytes")));
    }
    let (mut depth, mut tokens, mut in_word) = (0_usize, 0, false);
    for (byte, c) in text.bytes().enumerate() {
        match c {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_word = c == b'_' || c.is_ascii_alphanumeric() || !c.is_ascii();
        let goes_on = c.is_ascii_whitespace() || (is_word && in_word);
        tokens += usize::from(!goes_on);
        in_word = is_word;
        if tokens > MOST_TOKENS {
            return Err(WrongQuery::at(text, byte, format!("a filter has at most {MOST_TOKENS} words and symbols")));
        }
        if depth > MOST_NESTED {
            return Err(WrongQuery::at(text, byte, format!("a filter has at most {MOST_NESTED} nested brackets")));
        }
    }
    Ok(())
}

/// # Errors
/// When a definition calls itself: such a run can use up the stack, which nothing can stop.
pub(super) fn is_bounded(term: &Term<&str>, text: &str) -> Result<(), WrongQuery> {
    let mut wrong = None;
    each_term(term, &mut |term| {
        if let Term::Def(definitions, _) = term {
            wrong =
                wrong.or_else(|| definitions.iter().find(|definition| calls_itself(definition)).map(|def| def.name));
        }
    });
    match wrong {
        None => Ok(()),
        Some(name) => {
            let at = wrong::offset(text, name);
            Err(WrongQuery::at(text, at, format!("the definition of {name} calls itself"))
                .hinted("use recurse, until, while or reduce"))
        }
    }
}

fn calls_itself(definition: &Def<&str>) -> bool {
    let mut found = false;
    each_term(&definition.body, &mut |term| {
        found |= matches!(term, Term::Call(name, _) if *name == definition.name);
    });
    found
}

/// Calls `each` with a term and all below it.
pub(super) fn each_term<'t, S>(term: &'t Term<S>, each: &mut dyn FnMut(&'t Term<S>)) {
    each(term);
    children(term, &mut |child| each_term(child, each));
}

/// Calls `each` with what is right below a term, in the order of its text.
pub(super) fn children<'t, S>(term: &'t Term<S>, each: &mut dyn FnMut(&'t Term<S>)) {
    use jaq_core::load::lex::StrPart;
    use jaq_core::path::Part;
    match term {
        Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Var(_) => {}
        Term::Str(_, parts) => {
            parts.iter().for_each(|part| {
                if let StrPart::Term(inner) = part {
                    each(inner);
                }
            });
        }
        Term::Arr(inner) => inner.iter().for_each(|inner| each(inner)),
        Term::Obj(members) => members.iter().for_each(|(key, value)| {
            each(key);
            value.iter().for_each(&mut *each);
        }),
        Term::Neg(inner) | Term::Label(_, inner) => each(inner),
        Term::BinOp(left, operation, right) => {
            each(left);
            if let BinaryOp::Pipe(Some(pattern)) = operation {
                patterns(pattern, each);
            }
            each(right);
        }
        Term::Fold(_, over, pattern, arguments) => {
            each(over);
            patterns(pattern, each);
            arguments.iter().for_each(each);
        }
        Term::TryCatch(tried, caught) => {
            each(tried);
            caught.iter().for_each(|caught| each(caught));
        }
        Term::IfThenElse(branches, otherwise) => {
            branches.iter().for_each(|(condition, then)| {
                each(condition);
                each(then);
            });
            otherwise.iter().for_each(|otherwise| each(otherwise));
        }
        Term::Def(definitions, inner) => {
            definitions.iter().for_each(|definition| each(&definition.body));
            each(inner);
        }
        Term::Call(_, arguments) => arguments.iter().for_each(each),
        Term::Path(base, path) => {
            each(base);
            path.0.iter().for_each(|(part, _)| match part {
                Part::Index(index) => each(index),
                Part::Range(from, to) => from.iter().chain(to).for_each(&mut *each),
            });
        }
    }
}

pub(super) fn patterns<'t, S>(pattern: &'t jaq_core::load::parse::Pattern<S>, each: &mut dyn FnMut(&'t Term<S>)) {
    use jaq_core::load::parse::Pattern;
    match pattern {
        Pattern::Var(_) => {}
        Pattern::Arr(elements) => elements.iter().for_each(|element| patterns(element, each)),
        Pattern::Obj(members) => members.iter().for_each(|(key, inner)| {
            each(key);
            patterns(inner, each);
        }),
    }
}
