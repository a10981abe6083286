//! The filters that most predicates are, run without the interpreter: paths, comparisons, `and`, `or`, `not`.
//!
//! About a tenth of the interpreter's time. Whatever else a filter has is left to the interpreter, errors too.

use super::json::compare;
use crate::value::{Step, Text, Value};
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::ops::Cmp;
use jaq_core::path::{Opt, Part};
use std::borrow::Cow;

/// A filter with exactly one output.
#[derive(Debug)]
pub(super) enum Simple {
    Path(Vec<Step>),
    Literal(Value),
    Compare(Box<Self>, Cmp, Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    /// Whether a condition holds of some part of a container.
    Any(Vec<Step>, Box<Self>),
    /// Whether it holds of every part.
    All(Vec<Step>, Box<Self>),
}

/// What the interpreter has to look at.
#[derive(Debug)]
pub(super) struct NotSimple;

impl Simple {
    /// `None` for what is not simple.
    pub fn of(term: &Term<&str>) -> Option<Self> {
        let both = |left, right| Some((Box::new(Self::of(left)?), Box::new(Self::of(right)?)));
        match term {
            Term::Id => Some(Self::Path(Vec::new())),
            Term::Num(text) => Some(Self::Literal(Value::Number(crate::value::Number::parse(text)?))),
            Term::Str(None, parts) => text_of(parts).map(|text| Self::Literal(Value::String(text))),
            Term::Neg(inner) => match &**inner {
                Term::Num(text) => {
                    Some(Self::Literal(Value::Number(crate::value::Number::parse(&format!("-{text}"))?)))
                }
                _ => None,
            },
            Term::Call("true", arguments) if arguments.is_empty() => Some(Self::Literal(Value::Bool(true))),
            Term::Call("false", arguments) if arguments.is_empty() => Some(Self::Literal(Value::Bool(false))),
            Term::Call("null", arguments) if arguments.is_empty() => Some(Self::Literal(Value::Null)),
            Term::Path(base, path) if matches!(**base, Term::Id) => {
                path.0.iter().map(step).collect::<Option<_>>().map(Self::Path)
            }
            Term::BinOp(left, operation, right) => match operation {
                BinaryOp::Cmp(cmp) => both(left, right).map(|(left, right)| Self::Compare(left, *cmp, right)),
                BinaryOp::And => both(left, right).map(|(left, right)| Self::And(left, right)),
                BinaryOp::Or => both(left, right).map(|(left, right)| Self::Or(left, right)),
                BinaryOp::Pipe(None) if is_not(right) => Some(Self::Not(Box::new(Self::of(left)?))),
                BinaryOp::Pipe(None) => match (Self::of(left)?, &**right) {
                    (Self::Path(path), Term::Call(name, arguments)) => Self::of_parts(name, arguments, path),
                    _ => None,
                },
                _ => None,
            },
            Term::Call(name, arguments) => Self::of_parts(name, arguments, Vec::new()),
            _ => None,
        }
    }

    /// `any` and `all`, given what is at a path.
    fn of_parts(name: &str, arguments: &[Term<&str>], mut path: Vec<Step>) -> Option<Self> {
        let condition = match arguments {
            [condition] => condition,
            [Term::Path(base, over), condition] if matches!(**base, Term::Id) => {
                let ((Part::Range(None, None), Opt::Essential), steps) = over.0.split_last()? else { return None };
                path.extend(steps.iter().map(step).collect::<Option<Vec<_>>>()?);
                condition
            }
            _ => return None,
        };
        let condition = Box::new(Self::of(condition)?);
        match name {
            "any" => Some(Self::Any(path, condition)),
            "all" => Some(Self::All(path, condition)),
            _ => None,
        }
    }

    /// Whether its output is neither `false` nor `null`. O(steps of its paths), beside comparing.
    pub fn run(&self, value: &Value) -> Result<bool, NotSimple> {
        Ok(match self {
            Self::Compare(left, cmp, right) => {
                let (left, right) = (left.output(value)?, right.output(value)?);
                let order = match cmp {
                    Cmp::Eq => return Ok(*left == *right),
                    Cmp::Ne => return Ok(*left != *right),
                    Cmp::Lt | Cmp::Le | Cmp::Gt | Cmp::Ge => compare(&left, &right),
                };
                match cmp {
                    Cmp::Lt => order.is_lt(),
                    Cmp::Le => order.is_le(),
                    Cmp::Gt => order.is_gt(),
                    Cmp::Ge => order.is_ge(),
                    Cmp::Eq | Cmp::Ne => order.is_eq(),
                }
            }
            Self::And(left, right) => left.run(value)? && right.run(value)?,
            Self::Or(left, right) => left.run(value)? || right.run(value)?,
            Self::Not(inner) => !inner.run(value)?,
            Self::Any(path, condition) => some_part(&*at(value, path)?, |part| condition.run(part))?,
            Self::All(path, condition) => {
                !some_part(&*at(value, path)?, |part| condition.run(part).map(|holds| !holds))?
            }
            Self::Path(_) | Self::Literal(_) => !matches!(*self.output(value)?, Value::Null | Value::Bool(false)),
        })
    }

    fn output<'v>(&'v self, value: &'v Value) -> Result<Cow<'v, Value>, NotSimple> {
        match self {
            Self::Path(steps) => at(value, steps),
            Self::Literal(literal) => Ok(Cow::Borrowed(literal)),
            _ => self.run(value).map(|holds| Cow::Owned(Value::Bool(holds))),
        }
    }
}

/// Whether something holds of one of the parts of a container, in their order; what is behind that is not looked at.
fn some_part(of: &Value, holds: impl Fn(&Value) -> Result<bool, NotSimple>) -> Result<bool, NotSimple> {
    let decides = |part: &Value| holds(part).map(|holds| holds.then_some(true)).transpose();
    match of {
        Value::Array(array) => array.iter().find_map(decides),
        Value::Object(object) => object.iter().find_map(|(_, part)| decides(part)),
        _ => Some(Err(NotSimple)),
    }
    .unwrap_or(Ok(false))
}

/// What is at a path, `null` where nothing is.
fn at<'v>(value: &'v Value, steps: &[Step]) -> Result<Cow<'v, Value>, NotSimple> {
    let mut here = value;
    for step in steps {
        here = match (here, step) {
            (Value::Null, _) => return Ok(Cow::Owned(Value::Null)),
            (Value::Object(_), Step::Key(_)) | (Value::Array(_), Step::Index(_)) => match here.child(step) {
                Some(child) => child,
                None => return Ok(Cow::Owned(Value::Null)),
            },
            _ => return Err(NotSimple),
        };
    }
    Ok(Cow::Borrowed(here))
}

fn step((part, opt): &(Part<Term<&str>>, Opt)) -> Option<Step> {
    match (part, opt) {
        (Part::Index(Term::Str(None, parts)), Opt::Essential) => text_of(parts).map(Step::Key),
        (Part::Index(Term::Num(text)), Opt::Essential) => text.parse().ok().map(Step::Index),
        _ => None,
    }
}

/// A text without interpolation.
pub(super) fn text_of(parts: &[StrPart<&str, Term<&str>>]) -> Option<Text> {
    let mut text = Text::new();
    for part in parts {
        match part {
            StrPart::Str(part) => text.push_str(part),
            StrPart::Char(c) => text.push(*c),
            StrPart::Term(_) => return None,
        }
    }
    Some(text)
}

fn is_not(term: &Term<&str>) -> bool {
    matches!(term, Term::Call("not", arguments) if arguments.is_empty())
}
