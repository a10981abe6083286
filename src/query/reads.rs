//! Which parts of a value a filter's outputs depend on, seen from its text alone.
//!
//! The filter is followed with the paths that each part of it may stand at. Where a part is looked into (compared, counted,
//! put out) its paths are read. What cannot be followed reads all of what it is given: too much is only slow.

use super::simple::text_of;
use crate::value::{Path, Step, Text};
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::path::Part;

/// One step of a path that is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadStep {
    /// Into the member of this key.
    Key(Text),
    /// Into the element at this index.
    Index(usize),
    /// Into every element or member.
    Each,
}

/// A path that is read, with all below it.
pub type ReadPath = Vec<ReadStep>;

/// All paths that are read; none contains another. Empty for a filter whose outputs are always the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reads(Vec<ReadPath>);

impl Reads {
    /// The whole value.
    pub fn everything() -> Self {
        Self(vec![Vec::new()])
    }

    /// The paths, sorted.
    pub fn paths(&self) -> &[ReadPath] {
        &self.0
    }

    /// Whether a change at a path (a leaf or the root of what was replaced) can change the outputs.
    pub fn touches(&self, changed: &Path) -> bool {
        self.0.iter().any(|read| read.iter().zip(&changed.0).all(|(read, step)| read.takes(step)))
    }

    fn add(&mut self, path: &[ReadStep]) {
        if !self.0.iter().any(|known| covers(known, path)) {
            self.0.retain(|known| !covers(path, known));
            self.0.push(path.to_vec());
        }
    }
}

impl ReadStep {
    /// Whether a step of a path leads there.
    pub fn takes(&self, step: &Step) -> bool {
        match (self, step) {
            (Self::Each, _) => true,
            (Self::Key(read), Step::Key(key)) => read == key,
            (Self::Index(read), Step::Index(index)) => read == index,
            _ => false,
        }
    }
}

impl Reads {
    /// Reads how many values stand at some places, and whether they can be reached, which what is put out for each depends on.
    /// Reading below a place tells that, too.
    fn count(&mut self, places: &ReadPlaces, outputs: &ReadPlaces) {
        for place in places {
            let below = |path: &ReadPath| covers(place, path) || covers(path, place);
            if !self.0.iter().any(below) && !outputs.iter().any(below) {
                self.add(place);
            }
        }
    }
}

/// Whether all that is below `path` is below `wide`.
fn covers(wide: &[ReadStep], path: &[ReadStep]) -> bool {
    wide.len() <= path.len() && wide.iter().zip(path).all(|(wide, step)| *wide == ReadStep::Each || wide == step)
}

/// Where a value may stand; empty for one that was made, whose origins are read already.
type ReadPlaces = Vec<ReadPath>;

/// The paths that a filter reads.
pub(super) fn of(term: &Term<&str>) -> Reads {
    let mut reads = Reads::default();
    let outputs = follow(term, &vec![Vec::new()], &mut reads);
    read(&outputs, &mut reads);
    reads.0.sort();
    reads
}

fn read(places: &ReadPlaces, reads: &mut Reads) {
    places.iter().for_each(|path| reads.add(path));
}

/// Follows a term from where its input stands; answers where its outputs do.
fn follow(term: &Term<&str>, here: &ReadPlaces, reads: &mut Reads) -> ReadPlaces {
    let mut all = |terms: &mut dyn Iterator<Item = &Term<&str>>| {
        terms.for_each(|term| consume(term, here, reads));
        ReadPlaces::new()
    };
    match term {
        Term::Id => here.clone(),
        Term::Num(_) | Term::Break(_) | Term::Var(_) => ReadPlaces::new(),
        Term::Str(_, parts) => all(&mut parts.iter().filter_map(|part| match part {
            StrPart::Term(term) => Some(term),
            _ => None,
        })),
        Term::Arr(inner) => all(&mut inner.iter().map(|inner| &**inner)),
        Term::Neg(inner) => all(&mut [&**inner].into_iter()),
        Term::Obj(members) => {
            for (key, value) in members {
                match (key, value) {
                    (Term::Str(None, parts), None) if text_of(parts).is_some() => {
                        read(&member(here, text_of(parts).unwrap_or_default()), reads);
                    }
                    (key, Some(value)) => {
                        consume(key, here, reads);
                        consume(value, here, reads);
                    }
                    (_, None) => read(here, reads),
                }
            }
            ReadPlaces::new()
        }
        Term::BinOp(left, operation, right) => binary(left, operation, right, here, reads),
        Term::Label(_, inner) => follow(inner, here, reads),
        Term::IfThenElse(branches, otherwise) => {
            let mut outputs = ReadPlaces::new();
            for (condition, then) in branches {
                consume(condition, here, reads);
                outputs.extend(follow(then, here, reads));
            }
            match otherwise {
                Some(otherwise) => outputs.extend(follow(otherwise, here, reads)),
                None => outputs.extend(here.clone()),
            }
            outputs
        }
        Term::Path(base, path) => {
            let mut places = follow(base, here, reads);
            for (part, _) in &path.0 {
                places = part_of(part, places, here, reads);
            }
            places
        }
        Term::TryCatch(tried, None) => {
            // Whether it fails is seen in its outputs, too.
            let outputs = follow(tried, here, reads);
            read(&outputs, reads);
            outputs
        }
        Term::Call(name, arguments) => call(name, arguments, here, reads),
        Term::Recurse | Term::Fold(..) | Term::TryCatch(..) | Term::Def(..) => {
            read(here, reads);
            ReadPlaces::new()
        }
    }
}

/// Follows a term and reads its outputs.
fn consume(term: &Term<&str>, here: &ReadPlaces, reads: &mut Reads) {
    let outputs = follow(term, here, reads);
    read(&outputs, reads);
}

fn binary(
    left: &Term<&str>,
    operation: &BinaryOp<&str>,
    right: &Term<&str>,
    here: &ReadPlaces,
    reads: &mut Reads,
) -> ReadPlaces {
    match operation {
        BinaryOp::Pipe(None) => {
            let places = follow(left, here, reads);
            let outputs = follow(right, &places, reads);
            reads.count(&places, &outputs);
            outputs
        }
        BinaryOp::Pipe(Some(_)) => {
            // What is bound is read, and a pattern looks into it by keys that may come from here.
            read(here, reads);
            ReadPlaces::new()
        }
        BinaryOp::Comma => {
            let mut outputs = follow(left, here, reads);
            outputs.extend(follow(right, here, reads));
            outputs
        }
        BinaryOp::Alt => {
            let mut outputs = follow(left, here, reads);
            read(&outputs, reads);
            outputs.extend(follow(right, here, reads));
            outputs
        }
        BinaryOp::Or | BinaryOp::And | BinaryOp::Math(_) | BinaryOp::Cmp(_) => {
            consume(left, here, reads);
            consume(right, here, reads);
            ReadPlaces::new()
        }
        BinaryOp::Assign | BinaryOp::Update | BinaryOp::UpdateMath(_) | BinaryOp::UpdateAlt => {
            read(here, reads);
            ReadPlaces::new()
        }
    }
}

fn part_of(part: &Part<Term<&str>>, places: ReadPlaces, here: &ReadPlaces, reads: &mut Reads) -> ReadPlaces {
    match part {
        Part::Index(Term::Str(None, parts)) if text_of(parts).is_some() => {
            member(&places, text_of(parts).unwrap_or_default())
        }
        Part::Index(Term::Num(text)) => match text.parse() {
            Ok(index) => stepped(&places, &ReadStep::Index(index)),
            Err(_) => whole(&places, reads),
        },
        Part::Range(None, None) => stepped(&places, &ReadStep::Each),
        Part::Index(other) => {
            consume(other, here, reads);
            whole(&places, reads)
        }
        Part::Range(from, to) => {
            from.iter().chain(to).for_each(|end| consume(end, here, reads));
            whole(&places, reads)
        }
    }
}

/// Reads all of some places; what comes of them is made.
fn whole(places: &ReadPlaces, reads: &mut Reads) -> ReadPlaces {
    read(places, reads);
    ReadPlaces::new()
}

fn member(places: &ReadPlaces, key: Text) -> ReadPlaces {
    stepped(places, &ReadStep::Key(key))
}

fn stepped(places: &ReadPlaces, step: &ReadStep) -> ReadPlaces {
    places.iter().map(|path| path.iter().chain([step]).cloned().collect()).collect()
}

/// Filters that pass on their input or nothing, by what it is itself.
const PASSING: [&str; 9] =
    ["values", "nulls", "booleans", "numbers", "strings", "arrays", "objects", "iterables", "scalars"];

/// Consumes a term at each of some places.
fn each(of: &Term<&str>, places: &ReadPlaces, reads: &mut Reads) -> ReadPlaces {
    consume(of, places, reads);
    reads.count(places, &ReadPlaces::new());
    ReadPlaces::new()
}

fn call(name: &str, arguments: &[Term<&str>], here: &ReadPlaces, reads: &mut Reads) -> ReadPlaces {
    match (name, arguments) {
        ("empty" | "true" | "false" | "null", []) => ReadPlaces::new(),
        (name, []) if PASSING.contains(&name) => {
            read(here, reads);
            here.clone()
        }
        ("select", [condition]) => {
            consume(condition, here, reads);
            // Whether there is an output is seen without looking into it.
            here.clone()
        }
        ("first" | "last", [of]) => {
            let outputs = follow(of, here, reads);
            read(&outputs, reads);
            outputs
        }
        ("map" | "any" | "all", [of]) => each(of, &stepped(here, &ReadStep::Each), reads),
        ("any" | "all", [over, condition]) => {
            let places = follow(over, here, reads);
            each(condition, &places, reads)
        }
        ("has", [Term::Str(None, parts)]) if text_of(parts).is_some() => {
            read(&member(here, text_of(parts).unwrap_or_default()), reads);
            ReadPlaces::new()
        }
        ("isempty", [of]) => {
            consume(of, here, reads);
            ReadPlaces::new()
        }
        // Of what they are given they may read anything, and their arguments work on that.
        (_, arguments) => {
            read(here, reads);
            arguments.iter().for_each(|argument| consume(argument, here, reads));
            ReadPlaces::new()
        }
    }
}
