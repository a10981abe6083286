//! Paths that are left out: of what differs, of counts, and of what is asked over time.

use crate::escape::in_quotes;
use crate::value::{Array, Object, ObjectDiff, Path, Pointer, Step, Text, Value};
use std::sync::Arc;

/// Most parts of one pattern: the places it can stand at are bits of a number.
const MOST_PARTS: usize = 60;

/// Patterns of paths that are left out, with all that is below them: `.updatedAt`, `.items[*].etag`, `.**.managedFields`,
/// `.meta.*At`, `/meta/*/time`. `*` stands for one step or for a part of a key, `**` for any number of steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IgnoredPaths(Arc<Vec<IgnoredPattern>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct IgnoredPattern {
    text: Text,
    parts: Vec<PatternPart>,
}

/// One part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PatternPart {
    Step(Step),
    /// A token of a JSON Pointer: a key, or an index written so.
    Token(Text),
    /// A key with stars in it.
    Glob(Text),
    /// Any step.
    One,
    /// Any number of steps.
    Any,
}

/// Where each pattern stands on the way down a value, as bits.
#[derive(Debug, Clone)]
struct PatternPlaces(Vec<u64>);

impl IgnoredPaths {
    /// Adds a pattern; one that is there stays once.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let pattern = IgnoredPattern::parse(text)?;
        if !self.0.contains(&pattern) {
            Arc::make_mut(&mut self.0).push(pattern);
        }
        Ok(())
    }

    /// Whether nothing is left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The patterns, as they were written.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.0.iter().map(|pattern| &pattern.text)
    }

    /// These and those of another.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut all = self.clone();
        let new = other.0.iter().filter(|pattern| !self.0.contains(pattern));
        if other.0.iter().any(|pattern| !self.0.contains(pattern)) {
            Arc::make_mut(&mut all.0).extend(new.cloned());
        }
        all
    }

    /// Whether what is at a path is left out. O(steps * parts).
    pub fn covers(&self, path: &[Step]) -> bool {
        !self.is_empty() && self.at(path).is_none()
    }

    /// Whether something below a path may be left out.
    pub fn may_be_below(&self, path: &Path) -> bool {
        !self.is_empty() && self.at(&path.0).is_some_and(|places| !places.are_done())
    }

    /// A value without what is left out: members are gone, elements are `null`, so that the others keep their indexes. Shares
    /// what holds none. O(the value) with `**`, else O(what is looked into).
    pub fn without(&self, value: &Value) -> Value {
        if self.is_empty() { value.clone() } else { self.pruned(value, &self.start()) }
    }

    /// The same of the part at a path: `null` where the path is left out itself.
    pub fn part_without(&self, path: &Path, part: &Value) -> Value {
        self.at(&path.0).map_or(Value::Null, |places| self.pruned(part, &places))
    }

    /// Whether two values at a path, or their absence, differ in what is not left out: nothing does where the path is left out
    /// itself. A digit more is a difference. O(what differs) where they share memory.
    pub fn differ(&self, path: &Path, old: Option<&Value>, new: Option<&Value>) -> bool {
        self.at(&path.0).is_some_and(|places| self.sides_differ(old, new, &places))
    }

    fn start(&self) -> PatternPlaces {
        PatternPlaces(self.0.iter().map(|pattern| pattern.closed(1)).collect())
    }

    /// Where the patterns stand behind a path; `None` where one ended on the way.
    fn at(&self, path: &[Step]) -> Option<PatternPlaces> {
        path.iter().try_fold(self.start(), |places, step| self.below(&places, step))
    }

    /// One step down; `None` where a pattern ends there.
    fn below(&self, places: &PatternPlaces, step: &Step) -> Option<PatternPlaces> {
        let moved = self.0.iter().zip(&places.0).map(|(pattern, set)| pattern.moved(*set, step));
        let places: Option<Vec<u64>> = moved.collect();
        places.map(PatternPlaces)
    }

    fn pruned(&self, value: &Value, places: &PatternPlaces) -> Value {
        match value {
            _ if places.are_done() => value.clone(),
            Value::Object(object) => Value::Object(self.pruned_object(object, places)),
            Value::Array(array) => Value::Array(self.pruned_array(array, places)),
            _ => value.clone(),
        }
    }

    fn pruned_object(&self, object: &Object, places: &PatternPlaces) -> Object {
        let mut pruned = object.clone();
        for (key, inner) in object.iter() {
            match self.below(places, &Step::Key(key.clone())) {
                None => pruned = pruned.without(key),
                Some(_) if !inner.is_container() => {}
                Some(places) => {
                    let without = self.pruned(inner, &places);
                    if !without.same(inner) {
                        pruned = pruned.with(key.clone(), without);
                    }
                }
            }
        }
        pruned
    }

    fn pruned_array(&self, array: &Array, places: &PatternPlaces) -> Array {
        let mut pruned = array.clone();
        for (at, inner) in array.iter().enumerate() {
            let without = match self.below(places, &Step::Index(at)) {
                None => Value::Null,
                Some(_) if !inner.is_container() => continue,
                Some(places) => self.pruned(inner, &places),
            };
            if !without.same(inner) {
                pruned = pruned.with(at, without);
            }
        }
        pruned
    }

    fn sides_differ(&self, old: Option<&Value>, new: Option<&Value>, places: &PatternPlaces) -> bool {
        match (old, new) {
            (None, None) => false,
            (Some(old), Some(new)) => self.values_differ(old, new, places),
            _ => true,
        }
    }

    fn values_differ(&self, old: &Value, new: &Value, places: &PatternPlaces) -> bool {
        let below = |step: Step, old: Option<&Value>, new: Option<&Value>| {
            self.below(places, &step).is_some_and(|places| self.sides_differ(old, new, &places))
        };
        match (old, new) {
            _ if old.same(new) => false,
            _ if places.are_done() => !old.identical(new),
            (Value::Object(old), Value::Object(new)) => old.differences(new).any(|difference| match difference {
                ObjectDiff::Added(key, new) => below(Step::Key(key.clone()), None, Some(new)),
                ObjectDiff::Removed(key, old) => below(Step::Key(key.clone()), Some(old), None),
                ObjectDiff::Both(key, old, new) => below(Step::Key(key.clone()), Some(old), Some(new)),
            }),
            (Value::Array(old), Value::Array(new)) => {
                (0..old.len().max(new.len())).any(|at| below(Step::Index(at), old.get(at), new.get(at)))
            }
            _ => !old.identical(new),
        }
    }
}

impl PatternPlaces {
    /// Whether no pattern can end below.
    fn are_done(&self) -> bool {
        self.0.iter().all(|set| *set == 0)
    }
}

impl IgnoredPattern {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("not a path to ignore: {}: {why}", in_quotes(text));
        let parts = if text.starts_with('/') { pointer(text) } else { dotted(text) };
        let mut parts = parts.ok_or_else(|| wrong("write .updatedAt, .items[*].etag, .**.time or /items/*/etag"))?;
        parts.dedup_by(|next, before| *next == PatternPart::Any && *before == PatternPart::Any);
        let whole = "that is the whole value; name a part of it, such as .updatedAt, or .* for everything in it";
        match parts.last() {
            None => Err(wrong(whole)),
            Some(PatternPart::Any) if parts.len() == 1 => Err(wrong(whole)),
            // With all below anyway.
            Some(PatternPart::Any) => Err(wrong("what is below is ignored too: leave out the ** at the end")),
            Some(_) if parts.len() > MOST_PARTS => Err(wrong("it has too many steps")),
            Some(_) => Ok(Self { text: text.into(), parts }),
        }
    }

    /// With the places behind `**` that can be reached without a step.
    fn closed(&self, mut set: u64) -> u64 {
        for (at, part) in self.parts.iter().enumerate() {
            if *part == PatternPart::Any && set >> at & 1 == 1 {
                set |= 1 << (at + 1);
            }
        }
        set
    }

    /// Where it stands one step further; `None` where it ends.
    fn moved(&self, set: u64, step: &Step) -> Option<u64> {
        if set == 0 {
            return Some(0);
        }
        let mut moved = 0;
        for (at, part) in self.parts.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1) {
            match part {
                PatternPart::Any => moved |= 1 << at,
                part if part.takes(step) => moved |= 1 << (at + 1),
                _ => {}
            }
        }
        (moved >> self.parts.len() & 1 == 0).then(|| self.closed(moved))
    }
}

impl PatternPart {
    fn takes(&self, step: &Step) -> bool {
        match (self, step) {
            (Self::Step(own), step) => own == step,
            (Self::Token(token), Step::Key(key)) => token == key,
            (Self::Token(token), Step::Index(at)) => Pointer::index(token) == Some(*at),
            (Self::Glob(glob), Step::Key(key)) => is_like(glob, key),
            (Self::Glob(_), Step::Index(_)) => false,
            (Self::One | Self::Any, _) => true,
        }
    }
}

/// Whether a key is one that a text with stars stands for. O(key * stars).
fn is_like(glob: &str, key: &str) -> bool {
    let mut pieces = glob.split('*');
    let (first, last) = (pieces.next().unwrap_or_default(), pieces.next_back().unwrap_or_default());
    let Some(rest) = key.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    pieces.try_fold(rest, |rest, piece| rest.find(piece).map(|at| &rest[at + piece.len()..])).is_some()
}

fn word(text: &str) -> Option<PatternPart> {
    Some(match text {
        "**" => PatternPart::Any,
        "*" => PatternPart::One,
        text if text.contains('*') => PatternPart::Glob(text.into()),
        _ => return None,
    })
}

fn pointer(text: &str) -> Option<Vec<PatternPart>> {
    let tokens = Pointer::parse(text).ok()?.0;
    Some(tokens.into_iter().map(|token| word(&token).unwrap_or(PatternPart::Token(token))).collect())
}

fn dotted(text: &str) -> Option<Vec<PatternPart>> {
    let with_dot = if text.starts_with(['.', '[']) { text.to_owned() } else { format!(".{text}") };
    let (mut parts, mut rest) = (Vec::new(), if with_dot == "." { "" } else { with_dot.as_str() });
    while !rest.is_empty() {
        let key = rest.strip_prefix('.').filter(|key| !key.starts_with(['"', '[']));
        let bare = key.map(|key| &key[..key.find(['.', '[']).unwrap_or(key.len())]);
        let bracket = rest.strip_prefix(".[*]").or_else(|| rest.strip_prefix("[*]"));
        if let Some((part, bare)) = bare.and_then(|bare| Some((word(bare)?, bare))) {
            parts.push(part);
            rest = &rest[bare.len() + 1..];
        } else if let Some(after) = bracket {
            parts.push(PatternPart::One);
            rest = after;
        } else {
            let (step, after) = Path::first_step(rest)?;
            parts.push(PatternPart::Step(step));
            rest = after;
        }
    }
    Some(parts)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::value::parse;

    fn value(text: &str) -> Value {
        parse(text.as_bytes()).unwrap()
    }

    fn ignoring(patterns: &[&str]) -> IgnoredPaths {
        let mut ignored = IgnoredPaths::default();
        patterns.iter().for_each(|pattern| ignored.add(pattern).unwrap());
        ignored
    }

    /// Which of these paths a pattern covers.
    #[track_caller]
    fn check(pattern: &str, covered: &[&str], others: &[&str]) {
        let ignored = ignoring(&[pattern]);
        for (paths, expected) in [(covered, true), (others, false)] {
            for path in paths {
                let steps = Path::parse(path, &Value::Null).unwrap();
                assert_eq!(ignored.covers(&steps.0), expected, "{pattern} {path}");
            }
        }
    }

    #[test]
    fn a_pattern_covers_its_paths_and_all_below() {
        check(".a.b", &[".a.b", ".a.b.c", ".a.b[0]"], &[".", ".a", ".a.c", ".b", ".x.a.b"]);
        check("updatedAt", &[".updatedAt"], &[".x.updatedAt"]);
        check(".a.*.c", &[".a.b.c", ".a[3].c", ".a.b.c.d"], &[".a.c", ".a.b.b.c"]);
        check(".a[*].c", &[".a[0].c", ".a.x.c"], &[".a.c"]);
        check(".a[2]", &[".a[2]", ".a[2].x"], &[".a[1]", ".a.\"2\""]);
        check("/a/2", &[".a[2]", ".a.\"2\""], &[".a.\"02\"", ".a"]);
        check("/a/*/c~1d", &[".a.x.\"c/d\""], &[".a.x.c"]);
        check(".**.time", &[".time", ".a.time", ".a[0].b.time.x"], &[".", ".a", ".times"]);
        check("**.a.**.b", &[".a.b", ".x.a.y.z.b", ".a.a.b"], &[".b", ".b.a", ".a"]);
        check(".meta.*At", &[".meta.createdAt", ".meta.At"], &[".meta.AtX", ".meta.x.createdAt", ".meta[0]"]);
        check(".a*b*c", &[".abc", ".a1b2c", ".abbcc"], &[".ac", ".ab", ".acb"]);
        check(".a**b", &[".ab", ".axb"], &[".a", ".ax"]);
        check(".\"a*\"", &[".\"a*\""], &[".ab"]);
        check(".[\"odd key\"].x", &[".\"odd key\".x"], &[".\"odd key\""]);
        check("[*].etag", &[".[0].etag"], &[".etag"]);
        check(".\"\"", &[".\"\""], &[".a"]);
        let hard = format!("{}.x", ".**.a".repeat(20));
        check(&hard, &[&format!("{}.x", ".a".repeat(60))], &[&".a".repeat(100)]);
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for text in ["", ".", "**", ".**", "/**", ".a[", ".a..b", ".a.**", ".a[id=x]", "/a~b", ".a[*", ".\"a"] {
            assert!(ignoring(&[]).add(text).unwrap_err().contains("not a path to ignore"), "{text}");
        }
        assert!(ignoring(&[]).add(&".a".repeat(100)).is_err());
    }

    #[test]
    fn what_is_left_out_makes_no_difference() {
        let patterns = [".t", ".rows[*].t", ".**.etag", ".log[*]"];
        for (old, new, differ) in [
            (r#"{"t":1,"a":1}"#, r#"{"t":2,"a":1}"#, false),
            (r#"{"t":1,"a":1}"#, r#"{"a":1}"#, false),
            (r#"{"t":1,"a":1}"#, r#"{"t":1,"a":2}"#, true),
            (r#"{"t":1,"a":1}"#, r#"{"t":1,"a":1.0}"#, true),
            (r#"{"rows":[{"t":1,"v":1}]}"#, r#"{"rows":[{"t":2,"v":1}]}"#, false),
            (r#"{"rows":[{"t":1,"v":1}]}"#, r#"{"rows":[{"v":1,"t":2},{"t":3}]}"#, true),
            (r#"{"a":{"b":{"etag":1}}}"#, r#"{"a":{"b":{"etag":2}}}"#, false),
            (r#"{"a":{"b":{"etag":1}}}"#, r#"{"a":{"b":{}}}"#, false),
            (r#"{"a":{"b":{"etag":1}}}"#, r#"{"a":{}}"#, true),
            (r#"{"log":[1]}"#, r#"{"log":[1,2]}"#, false),
            (r#"{"log":[1]}"#, r#"{"log":{}}"#, true),
        ] {
            let (ignored, whole) = (ignoring(&patterns), Path::default());
            let (old, new) = (value(old), value(new));
            assert_eq!(ignored.differ(&whole, Some(&old), Some(&new)), differ, "{old:?} {new:?}");
            assert_eq!(ignored.differ(&whole, Some(&new), Some(&old)), differ, "{old:?} {new:?}");
        }
        let ignored = ignoring(&patterns);
        let (one, two) = (value("1"), value("2"));
        for path in [".t", ".t.x", ".rows[7].t", ".deep.etag[0]", ".log[2]"] {
            let path = Path::parse(path, &Value::Null).unwrap();
            assert!(
                !ignored.differ(&path, Some(&one), Some(&two)) && !ignored.differ(&path, None, Some(&two)),
                "{path}"
            );
            assert_eq!(ignored.part_without(&path, &two), Value::Null, "{path}");
        }
        assert!(ignored.differ(&Path::default(), None, Some(&one)) && !ignored.differ(&Path::default(), None, None));
    }

    #[test]
    fn a_value_without_them_keeps_its_indexes_and_shares_the_rest() {
        let whole =
            value(r#"{"t":1,"rows":[{"t":1,"v":1},7],"log":[1,{"x":1}],"deep":{"a":[{"etag":1}]},"same":{"x":[1]}}"#);
        let without = ignoring(&[".t", ".rows[*].t", ".**.etag", ".log[*]"]).without(&whole);
        assert_eq!(without.to_json(), r#"{"deep":{"a":[{}]},"log":[null,null],"rows":[{"v":1},7],"same":{"x":[1]}}"#);
        let same = Step::Key("same".into());
        assert!(without.child(&same).unwrap().same(whole.child(&same).unwrap()));
        assert!(ignoring(&[".nothing"]).without(&whole).same(&whole));
    }
}
