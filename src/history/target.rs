//! Naming a moment: one grammar for command line, prompt and library.
//!
//! Reads and writes the text only; what a target means in a history is `resolve`'s business.

use super::when;
use super::{TargetTime, Zone};
use crate::record::Version;
use crate::value::Text;
use crate::{Error, Result};
use std::fmt;

/// A parsed target. See [`Target::parse`] for the grammar; displayed in the shortest text that parses to it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Target {
    /// `42`, `#42`, `48,213`.
    Version(Version),
    /// `head`, `head~3`: that many steps back along the line.
    Head(u64),
    /// `+10`, `-10` from the cursor, in log order.
    Relative(i64),
    /// `50%` of the newest version's number.
    Percent(f64),
    /// `@2026-10-09T12:00:00Z`: the last version at or before.
    At(TargetTime),
    /// `-5m`, `-2h`, `-1h30m`: before the newest time that the application recorded.
    Ago(chrono::Duration),
    /// `NAME`: a snapshot, a branch's head, or the hash of a commit.
    Name(Text),
    /// `snap:NAME`, `◆NAME`: a snapshot, even where `NAME` alone would be read as something else.
    Snapshot(Text),
    /// `index:2`, 0 = oldest.
    Index(usize),
    /// `latest`: the newest snapshot.
    Latest,
    /// `before:@12:30`: the newest snapshot at or before.
    Before(TargetTime),
    /// `id:34c22501f`: what has this id in its source, or the only one whose hash begins so.
    Id(Text),
    /// `branch:main~1`: that branch's head.
    Branch(Text),
    /// `A`, `B`: the ends of the difference on the screen.
    Endpoint(char),
}

/// What relative targets are relative to.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct TargetContext {
    /// Where the cursor is; `None` outside the screen (then `+10` is refused and `-10` counts from the head).
    pub cursor: Option<Version>,
    /// Endpoint A, where there is one.
    pub a: Option<Version>,
    /// Endpoint B, where there is one.
    pub b: Option<Version>,
    /// What times without an offset are read in.
    pub zone: Zone,
}

impl TargetContext {
    /// Without a cursor, in this zone.
    pub fn in_zone(zone: Zone) -> Self {
        Self { zone, ..Self::default() }
    }
}

/// What a form makes of the text: the target, or why it is not one.
type ParsedTarget = Result<Target, String>;

/// Reads what follows the beginning of a form.
type TargetForm = fn(&str) -> ParsedTarget;

/// Forms known by how they begin.
const PREFIXES: &[(&str, TargetForm)] = &[
    ("#", |rest| version(rest)),
    ("@", |rest| Ok(Target::At(when::parse(rest)?))),
    ("head~", |rest| Ok(Target::Head(number(rest)?))),
    ("snap:", |rest| name(rest).map(Target::Snapshot)),
    ("◆", |rest| name(rest.trim_start()).map(Target::Snapshot)),
    ("index:", |rest| Ok(Target::Index(usize::try_from(number(rest)?).map_err(|e| e.to_string())?))),
    ("before:", |rest| Ok(Target::Before(when::parse(rest.strip_prefix('@').unwrap_or(rest))?))),
    ("branch:", |rest| name(rest).map(Target::Branch)),
    ("id:", |rest| name(rest).map(Target::Id)),
];

impl Target {
    /// Reads a target:
    ///
    /// | text | means |
    /// |---|---|
    /// | `42` `#42` `48,213` | that version |
    /// | `head` `head~3` | the head, or so many steps back along its line |
    /// | `+10` `-10` | from the cursor |
    /// | `50%` | of the newest version's number |
    /// | `@2026-10-09T12:00:00Z` `@2026-10-09` (its midnight) `@2026-10` (its first) `@12:30` `@12:30:15` `@"12:30 PM"` | the last version at or before; without an offset in the zone of the [`TargetContext`], a time of day on the recorded day at the cursor, or else of the application's newest version |
    /// | `-5m` `-2h` `-1d` `-90s` `-1h30m` | the last version at or before so long before the application's newest time |
    /// | `NAME` `snap:NAME` `◆NAME` | a snapshot (the newest of that name) |
    /// | `index:2` `latest` | the snapshot at index 2, 0 = oldest; the newest |
    /// | `before:@12:30` | the closest snapshot at or before |
    /// | `branch:main~1` `main~1` | that branch's head |
    /// | `34c22501f` `id:34c22501f` | the commit whose hash is, or alone begins so (4 digits or more); `id:` also for ids of events, and where the digits would be read as a number |
    /// | `A` `B` | the ends of the difference, where there is one |
    ///
    /// What can be read as one of the other forms is never a `NAME`: a snapshot called `latest` or `42` is reached by
    /// `snap:latest`, `snap:42`. (`v2.0.0` and `2.0.0` are names: they are no number.) Names are exact: no blank is taken
    /// off.
    ///
    /// # Errors
    /// `Target` saying what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self> {
        let blanks = text.trim() != text && !text.trim().is_empty();
        // Of the forms none begins or ends with a blank; a name of an older recording may.
        let read = if blanks { exact(text) } else { read(text.trim()) };
        read.map_err(|why| Error::Target { target: text.to_owned(), why })
    }
}

fn read(text: &str) -> ParsedTarget {
    match text {
        "" => {
            return Err("no moment given; for example #42, head~3, @12:30, latest, or a snapshot's name".to_owned());
        }
        "head" => return Ok(Target::Head(0)),
        "latest" => return Ok(Target::Latest),
        "A" | "B" => return Ok(Target::Endpoint(if text == "A" { 'A' } else { 'B' })),
        _ => {}
    }
    if let Some((rest, form)) = PREFIXES.iter().find_map(|(prefix, form)| Some((text.strip_prefix(prefix)?, form))) {
        return form(rest);
    }
    if let Some(share) = text.strip_suffix('%').filter(|share| share.starts_with(is_digit)) {
        return percent(share);
    }
    if let Some(rest) = text.strip_prefix(['+', '-']).filter(|rest| rest.starts_with(is_digit)) {
        return relative(text, rest);
    }
    if text.chars().all(|c| is_digit(c) || c == ',') {
        return version(text);
    }
    name(text).map(Target::Name)
}

/// A text with blanks at its ends: a name, and nothing is taken off it.
fn exact(text: &str) -> ParsedTarget {
    match ["snap:", "branch:"].map(|prefix| text.strip_prefix(prefix)) {
        [Some(rest), _] => name(rest).map(Target::Snapshot),
        [_, Some(rest)] => name(rest).map(Target::Branch),
        _ => name(text).map(Target::Name),
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn version(text: &str) -> ParsedTarget {
    number(text).map(|n| Target::Version(Version(n)))
}

fn name(text: &str) -> Result<Text, String> {
    if text.is_empty() { Err("a name is missing".to_owned()) } else { Ok(text.into()) }
}

/// Digits, or digits with a comma before each group of three.
fn number(text: &str) -> Result<u64, String> {
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let grouped = text.contains(',');
    let plain = |group: &str| !group.is_empty() && group.chars().all(is_digit);
    if !plain(first) || (grouped && first.len() > 3) || !groups.all(|group| plain(group) && group.len() == 3) {
        return Err("expected a whole number, such as 42 or 48,213".to_owned());
    }
    text.replace(',', "").parse().map_err(|_| "number too large".to_owned())
}

fn percent(text: &str) -> ParsedTarget {
    let share = text.chars().all(|c| is_digit(c) || c == '.').then(|| text.parse().ok()).flatten();
    match share {
        Some(share) if share <= 100.0 => Ok(Target::Percent(share)),
        _ => Err("out of range: a percentage is from 0% to 100%".to_owned()),
    }
}

/// `+10`, `-10`, `-5m`: `rest` is `text` without its sign.
fn relative(text: &str, rest: &str) -> ParsedTarget {
    let back = text.starts_with('-');
    if rest.chars().all(|c| is_digit(c) || c == ',') {
        let steps = i64::try_from(number(rest)?).map_err(|_| "number too large".to_owned())?;
        return Ok(Target::Relative(if back { -steps } else { steps }));
    }
    if back {
        return when::parse_span(rest).map(Target::Ago);
    }
    Err("only steps go forward (+10); a time is given as @TIME, or before the newest recorded one as -5m".to_owned())
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(f, "{version}"),
            Self::Head(0) => f.write_str("head"),
            Self::Head(steps) => write!(f, "head~{steps}"),
            Self::Relative(steps) if *steps > 0 => write!(f, "+{steps}"),
            Self::Relative(steps) => write!(f, "-{}", steps.unsigned_abs()),
            Self::Percent(share) => write!(f, "{share}%"),
            Self::At(when) => write!(f, "@{when}"),
            Self::Ago(span) => write!(f, "-{}", when::span_text(*span)),
            Self::Name(name) => f.write_str(name),
            Self::Snapshot(name) => write!(f, "snap:{name}"),
            Self::Index(index) => write!(f, "index:{index}"),
            Self::Latest => f.write_str("latest"),
            Self::Before(when) => write!(f, "before:@{when}"),
            Self::Branch(name) => write!(f, "branch:{name}"),
            Self::Id(id) => write!(f, "id:{id}"),
            Self::Endpoint(end) => write!(f, "{end}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The target, shown; or the start of why not after a `!`.
    fn check(text: &str, expected: &str) {
        match (Target::parse(text), expected.strip_prefix('!')) {
            (Ok(target), None) => assert_eq!(format!("{target:?}"), expected, "{text}"),
            (Err(Error::Target { target, why }), Some(expected)) => {
                assert_eq!(target, text);
                assert!(why.starts_with(expected), "{text}: {why}");
            }
            (got, _) => panic!("{text}: got {got:?}, expected {expected}"),
        }
    }

    #[test]
    fn every_form_reads_and_what_is_close_to_one_is_refused() {
        for (text, expected) in [
            ("42", "Version(Version(42))"),
            ("#42", "Version(Version(42))"),
            ("  #0 ", "Name(\"  #0 \")"),
            ("v9 ", "Name(\"v9 \")"),
            ("head ", "Name(\"head \")"),
            ("snap:v9 ", "Snapshot(\"v9 \")"),
            ("branch: b", "Branch(\" b\")"),
            ("48,213", "Version(Version(48213))"),
            ("#48,213", "Version(Version(48213))"),
            ("1,048,213", "Version(Version(1048213))"),
            ("4,8", "!expected a whole number"),
            ("4821,300", "!expected a whole number"),
            (",", "!expected a whole number"),
            ("#", "!expected a whole number"),
            ("#4x", "!expected a whole number"),
            ("# 4", "!expected a whole number"),
            ("#-4", "!expected a whole number"),
            ("99999999999999999999", "!number too large"),
            ("head", "Head(0)"),
            ("head~3", "Head(3)"),
            ("head~", "!expected a whole number"),
            ("head~x", "!expected a whole number"),
            ("headroom", "Name(\"headroom\")"),
            ("HEAD", "Name(\"HEAD\")"),
            ("+10", "Relative(10)"),
            ("-10", "Relative(-10)"),
            ("-1,000", "Relative(-1000)"),
            ("-99999999999999999999", "!number too large"),
            ("+5m", "!only steps go forward"),
            ("50%", "Percent(50.0)"),
            ("12.5%", "Percent(12.5)"),
            ("100%", "Percent(100.0)"),
            ("101%", "!out of range"),
            ("1e1%", "!out of range"),
            ("1.2.3%", "!out of range"),
            ("full%", "Name(\"full%\")"),
            ("@2026-10-09T12:00:00Z", "At(Full(2026-10-09T12:00:00Z))"),
            ("@2026-10-09", "At(Civil(2026-10-09T00:00:00))"),
            ("@\"2026-10-09 12:30\"", "At(Civil(2026-10-09T12:30:00))"),
            ("@12:30", "At(OfDay(12:30:00))"),
            ("@\"12:30 PM\"", "At(OfDay(12:30:00))"),
            ("@2:30 PM", "At(OfDay(14:30:00))"),
            ("@", "!no time is given"),
            ("@yesterday", "!not a time;"),
            ("-5m", "Ago(TimeDelta { secs: 300, nanos: 0 })"),
            ("-1h30m", "Ago(TimeDelta { secs: 5400, nanos: 0 })"),
            ("-5x", "!unknown unit \"x\""),
            ("-5m3", "!missing unit"),
            ("-", "Name(\"-\")"),
            ("-rc1", "Name(\"-rc1\")"),
            ("v2.0.0", "Name(\"v2.0.0\")"),
            ("2.0.0", "Name(\"2.0.0\")"),
            ("before lunch", "Name(\"before lunch\")"),
            ("variant-b#7", "Name(\"variant-b#7\")"),
            ("main~1", "Name(\"main~1\")"),
            ("snap:latest", "Snapshot(\"latest\")"),
            ("snap:42", "Snapshot(\"42\")"),
            ("snap:snap:x", "Snapshot(\"snap:x\")"),
            ("◆v2", "Snapshot(\"v2\")"),
            ("◆ v2", "Snapshot(\"v2\")"),
            ("snap:", "!a name is missing"),
            ("◆", "!a name is missing"),
            ("index:2", "Index(2)"),
            ("index:-1", "!expected a whole number"),
            ("latest", "Latest"),
            ("before:@12:30", "Before(OfDay(12:30:00))"),
            ("before:2026-10-09", "Before(Civil(2026-10-09T00:00:00))"),
            ("before:", "!no time is given"),
            ("branch:main~1", "Branch(\"main~1\")"),
            ("branch:", "!a name is missing"),
            ("id:34c2", "Id(\"34c2\")"),
            ("34c22501f", "Name(\"34c22501f\")"),
            ("id:", "!a name is missing"),
            ("A", "Endpoint('A')"),
            ("B", "Endpoint('B')"),
            ("C", "Name(\"C\")"),
            ("", "!no moment given"),
            (" \t", "!no moment given"),
        ] {
            check(text, expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(text in "([-+#@%◆ABa-z0-9:~,. ]{0,12})|(-[0-9]{1,6}(ms|[smhd]))|(@[0-9]{1,2}:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)|(@[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]Z)") {
            if let Ok(target) = Target::parse(&text) {
                prop_assert_eq!(Target::parse(&target.to_string()).unwrap(), target);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = Target::parse(&text);
        }
    }
}
