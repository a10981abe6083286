//! The filters that most predicates are, run without the interpreter: paths, comparisons, `and`, `or`, `not`, `any`, `all`,
//! counts and sums of parts.
//!
//! About a tenth of the interpreter's time. Whatever else a filter has is left to the interpreter, errors too.

use super::json::{QueryJson, compare, noted};
use crate::value::{Number, Step, Text, Value};
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::ops::{Cmp, Math};
use jaq_core::path::{Opt, Part};
use std::borrow::Cow;

/// A filter with exactly one output.
#[derive(Debug)]
pub(super) enum Simple {
    Path(Vec<Step>),
    Literal(Value),
    /// The second filter on the output of the first.
    Pipe(Box<Self>, Box<Self>),
    Compare(Box<Self>, Cmp, Box<Self>),
    /// Of two numbers.
    Calculate(Box<Self>, Math, Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    /// The first output where that is neither `false` nor `null`, else the second.
    Alternative(Box<Self>, Box<Self>),
    Not,
    /// Whether a condition holds of some of the parts.
    Any(PartFilter, Box<Self>),
    /// Whether it holds of every one.
    All(PartFilter, Box<Self>),
    /// The parts as an array.
    Collect(PartFilter),
    Length,
    /// The sum of numbers.
    Sum,
}

/// A filter whose outputs are parts of its input, in their order.
#[derive(Debug)]
pub(super) struct PartFilter(Vec<Stage>);

#[derive(Debug)]
enum Stage {
    Path(Vec<Step>),
    Each,
    Select(Simple),
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
            Term::Num(text) => Some(Self::Literal(Value::Number(Number::parse(text)?))),
            Term::Str(None, parts) => text_of(parts).map(|text| Self::Literal(Value::String(text))),
            Term::Neg(inner) => match &**inner {
                Term::Num(text) => Some(Self::Literal(Value::Number(Number::parse(&format!("-{text}"))?))),
                _ => None,
            },
            Term::Path(base, path) => {
                let steps = Self::Path(path.0.iter().map(step).collect::<Option<_>>()?);
                match &**base {
                    Term::Id => Some(steps),
                    base => Some(Self::Pipe(Box::new(Self::of(base)?), Box::new(steps))),
                }
            }
            Term::BinOp(left, operation, right) => {
                let (left, right) = both(left, right)?;
                match operation {
                    BinaryOp::Cmp(cmp) => Some(Self::Compare(left, *cmp, right)),
                    BinaryOp::Math(math) => Some(Self::Calculate(left, *math, right)),
                    BinaryOp::And => Some(Self::And(left, right)),
                    BinaryOp::Or => Some(Self::Or(left, right)),
                    BinaryOp::Alt => Some(Self::Alternative(left, right)),
                    BinaryOp::Pipe(None) => Some(Self::Pipe(left, right)),
                    _ => None,
                }
            }
            Term::Arr(Some(parts)) => PartFilter::of(parts).filter(PartFilter::is_inside).map(Self::Collect),
            Term::Call(name, arguments) => Self::of_call(name, arguments),
            _ => None,
        }
    }

    fn of_call(name: &str, arguments: &[Term<&str>]) -> Option<Self> {
        let each = || PartFilter(vec![Stage::Each]);
        let (parts, condition) = match arguments {
            [] => (each(), Box::new(Self::Path(Vec::new()))),
            [mapped] if name == "map" => return Some(Self::Collect(each().and(PartFilter::of(mapped)?))),
            [condition] => (each(), Box::new(Self::of(condition)?)),
            [parts, condition] => (PartFilter::of(parts)?, Box::new(Self::of(condition)?)),
            _ => return None,
        };
        match (name, arguments.is_empty()) {
            ("any", _) => Some(Self::Any(parts, condition)),
            ("all", _) => Some(Self::All(parts, condition)),
            ("true", true) => Some(Self::Literal(Value::Bool(true))),
            ("false", true) => Some(Self::Literal(Value::Bool(false))),
            ("null", true) => Some(Self::Literal(Value::Null)),
            ("not", true) => Some(Self::Not),
            ("length", true) => Some(Self::Length),
            ("add", true) => Some(Self::Sum),
            _ => None,
        }
    }

    /// Whether its output is neither `false` nor `null`. O(steps of its paths, and the parts it goes through), beside comparing.
    pub fn run(&self, value: &Value) -> Result<bool, NotSimple> {
        Ok(match self {
            Self::Compare(left, cmp, right) => {
                let (left, right) = (left.output(value)?, right.output(value)?);
                match cmp {
                    Cmp::Eq => *left == *right,
                    Cmp::Ne => *left != *right,
                    Cmp::Lt => noted(&left, &right, compare(&left, &right).is_lt()),
                    Cmp::Le => noted(&left, &right, compare(&left, &right).is_le()),
                    Cmp::Gt => noted(&left, &right, compare(&left, &right).is_gt()),
                    Cmp::Ge => noted(&left, &right, compare(&left, &right).is_ge()),
                }
            }
            Self::And(left, right) => left.run(value)? && right.run(value)?,
            Self::Or(left, right) => left.run(value)? || right.run(value)?,
            Self::Not => !is_true(value),
            Self::Any(parts, condition) => parts.has(value, &mut |part| condition.run(part))?,
            Self::All(parts, condition) => !parts.has(value, &mut |part| condition.run(part).map(|holds| !holds))?,
            Self::Pipe(left, right) => right.run(&*left.output(value)?)?,
            _ => is_true(&*self.output(value)?),
        })
    }

    fn output<'v>(&'v self, value: &'v Value) -> Result<Cow<'v, Value>, NotSimple> {
        match self {
            Self::Path(steps) => at(value, steps),
            Self::Literal(literal) => Ok(Cow::Borrowed(literal)),
            Self::Pipe(left, right) => match left.output(value)? {
                Cow::Borrowed(value) => right.output(value),
                Cow::Owned(value) => right.output(&value).map(|output| Cow::Owned(output.into_owned())),
            },
            Self::Alternative(left, right) => match left.output(value)? {
                output if is_true(&output) => Ok(output),
                _ => right.output(value),
            },
            Self::Calculate(left, math, right) => {
                calculated(&*left.output(value)?, *math, &*right.output(value)?).map(Cow::Owned)
            }
            Self::Collect(parts) => {
                let mut all = Vec::new();
                parts.has(value, &mut |part| {
                    all.push(part.clone());
                    Ok(false)
                })?;
                Ok(Cow::Owned(Value::Array(all.into_iter().collect())))
            }
            Self::Length => length(value).map(Cow::Owned),
            Self::Sum => sum(value).map(Cow::Owned),
            _ => self.run(value).map(|holds| Cow::Owned(Value::Bool(holds))),
        }
    }
}

impl PartFilter {
    fn of(term: &Term<&str>) -> Option<Self> {
        let stage = |part: &(Part<Term<&str>>, Opt)| match part {
            (Part::Range(None, None), Opt::Essential) => Some(Stage::Each),
            part => step(part).map(|step| Stage::Path(vec![step])),
        };
        match term {
            Term::Id => Some(Self(Vec::new())),
            Term::Path(base, path) => {
                let stages = path.0.iter().map(stage).collect::<Option<_>>()?;
                Some(Self::of(base)?.and(Self(stages)))
            }
            Term::BinOp(left, BinaryOp::Pipe(None), right) => Some(Self::of(left)?.and(Self::of(right)?)),
            Term::Call("select", arguments) => match &arguments[..] {
                [condition] => Some(Self(vec![Stage::Select(Simple::of(condition)?)])),
                _ => None,
            },
            _ => None,
        }
    }

    fn and(mut self, then: Self) -> Self {
        self.0.extend(then.0);
        self
    }

    /// Whether all outputs are from inside of a container, so that an array of them is no deeper than it.
    fn is_inside(&self) -> bool {
        self.0.iter().any(|stage| matches!(stage, Stage::Each))
    }

    /// Whether something holds of one of them; what is behind that is not looked at.
    fn has(&self, value: &Value, holds: &mut PartJudge<'_>) -> Result<bool, NotSimple> {
        some_part(&self.0, value, holds)
    }
}

type PartJudge<'j> = dyn FnMut(&Value) -> Result<bool, NotSimple> + 'j;

fn some_part(stages: &[Stage], value: &Value, holds: &mut PartJudge<'_>) -> Result<bool, NotSimple> {
    let Some((stage, rest)) = stages.split_first() else { return holds(value) };
    let mut decides = |part| some_part(rest, part, holds).map(|holds| holds.then_some(true)).transpose();
    match (stage, value) {
        (Stage::Path(steps), _) => return some_part(rest, &*at(value, steps)?, holds),
        (Stage::Select(condition), _) => return Ok(condition.run(value)? && some_part(rest, value, holds)?),
        (Stage::Each, Value::Array(array)) => array.iter().find_map(decides),
        (Stage::Each, Value::Object(object)) => object.iter().find_map(|(_, part)| decides(part)),
        (Stage::Each, _) => Some(Err(NotSimple)),
    }
    .unwrap_or(Ok(false))
}

fn is_true(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false))
}

fn length(of: &Value) -> Result<Value, NotSimple> {
    let count = match of {
        Value::Null => 0,
        Value::String(text) => text.chars().count(),
        Value::Array(_) | Value::Object(_) => of.len(),
        Value::Bool(_) | Value::Number(_) => return Err(NotSimple),
    };
    Ok(Value::Number((count as u64).into()))
}

/// `null` where there is nothing to add.
fn sum(of: &Value) -> Result<Value, NotSimple> {
    let Value::Array(array) = of else { return Err(NotSimple) };
    let mut numbers = array.iter();
    let Some(first) = numbers.next() else { return Ok(Value::Null) };
    numbers.try_fold(first.clone(), |sum, number| calculated(&sum, Math::Add, number))
}

fn calculated(left: &Value, math: Math, right: &Value) -> Result<Value, NotSimple> {
    let (Value::Number(_), Value::Number(_)) = (left, right) else { return Err(NotSimple) };
    match math.run(QueryJson::from(left.clone()), QueryJson::from(right.clone())) {
        Ok(QueryJson::Value(value)) => Ok(value),
        _ => Err(NotSimple),
    }
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
