//! What the colour of a version says: who made it; where that is always the same, by which action; where that is too, what
//! happened to most of its keys. So many authors, or actions, have a hue of their own.

use crate::diff::Counts;
use crate::history::History;
use crate::record::Version;
use crate::value::Text;
use crate::view::Sign;
use crate::view::text::SafeText;
use std::ops::Range;

/// Members with a hue of their own.
pub const HUES: usize = 6;

/// Versions of a history that are looked at to find who is in it: evenly over all of it.
const SAMPLE: u64 = 192;
/// Versions of one column that are looked at.
const PER_COLUMN: u64 = 5;

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hue {
    /// An author or an action, by its place among those of the history, below [`HUES`].
    Maker(u8),
    /// What happened to most of the keys.
    Keys(Sign),
}

/// The authors of a history; its actions where it has one author or none; what happened to its keys where it has one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cast {
    /// The most frequent ones, in the order they came in.
    Authors(Vec<Text>),
    /// The first words of labels, likewise.
    Actions(Vec<Text>),
    /// The signs that are most frequent in some version.
    Keys(Vec<Sign>),
}

impl Cast {
    /// Of a history. O(sample · log sample), whatever the length of the history.
    pub fn of(history: &History) -> Self {
        let (first, newest) = (history.first().0.max(1), history.newest().0);
        let count = (newest + 1).saturating_sub(first);
        let wanted = count.min(SAMPLE);
        let sampled = (0..wanted).map(|at| Version(first + super::layout::share(at, count, wanted)));
        let sampled: Vec<Version> = sampled.collect();
        let makers: Vec<_> = sampled.iter().filter_map(|version| history.author_and_label(*version)).collect();
        let authors = ranked(makers.iter().filter_map(|(author, _)| author.clone()), is_same_author);
        if authors.len() > 1 {
            return Self::Authors(authors);
        }
        let actions = ranked(makers.iter().map(|(_, label)| action(label)), is_same_action);
        if actions.len() > 1 {
            return Self::Actions(actions);
        }
        let there: Vec<Sign> = sampled.iter().filter_map(|version| most(history, *version)).collect();
        Self::Keys(Sign::all().into_iter().filter(|sign| there.contains(sign)).collect())
    }

    /// What its hues stand for, in their order.
    pub fn members(&self) -> Vec<(Hue, SafeText)> {
        match self {
            Self::Authors(makers) | Self::Actions(makers) => {
                let hues = (0..).map(Hue::Maker);
                hues.zip(makers.iter().map(SafeText::from)).collect()
            }
            Self::Keys(signs) => signs.iter().map(|sign| (Hue::Keys(*sign), sign.name().into())).collect(),
        }
    }

    /// The hue of a version; `None` for what has none of its own.
    pub fn hue(&self, history: &History, version: Version) -> Option<Hue> {
        let place = |makers: &[Text], is_same: fn(&str, &str) -> bool, maker: &str| {
            let at = makers.iter().position(|known| is_same(known, maker))?;
            u8::try_from(at).ok().map(Hue::Maker)
        };
        match self {
            Self::Keys(_) => most(history, version).map(Hue::Keys),
            Self::Authors(makers) => place(makers, is_same_author, &history.author_and_label(version)?.0?),
            Self::Actions(makers) => place(makers, is_same_action, &action(&history.author_and_label(version)?.1)),
        }
    }

    /// The hue that most of a stretch has, as far as some of its versions tell.
    pub(super) fn hue_of(&self, history: &History, versions: &Range<u64>) -> Option<Hue> {
        let count = versions.end.saturating_sub(versions.start);
        let wanted = count.min(PER_COLUMN);
        let version = |at: u64| Version(versions.start + super::layout::share(at, count, wanted));
        let mut hues: Vec<Hue> = (0..wanted).filter_map(|at| self.hue(history, version(at))).collect();
        hues.sort_unstable();
        let groups = hues.chunk_by(|one, other| one == other);
        groups.rev().max_by_key(|group| group.len()).map(|group| group[0])
    }
}

/// What happened to most of the keys that a version changed; the first of [`Sign::all`] where two are as many.
fn most(history: &History, version: Version) -> Option<Sign> {
    let Counts { added, changed, removed, moved } = history.counts(version)?;
    let counts = Sign::all().into_iter().zip([added, changed, removed, moved]).filter(|(_, count)| *count > 0);
    counts.rev().max_by_key(|(_, count)| *count).map(|(sign, _)| sign)
}

/// The most frequent ones, in the order they came in; spelled as they were first.
fn ranked(makers: impl Iterator<Item = Text>, is_same: fn(&str, &str) -> bool) -> Vec<Text> {
    let mut seen: Vec<(Text, usize)> = Vec::new();
    for maker in makers.filter(|maker| !maker.is_empty()) {
        match seen.iter_mut().find(|(known, _)| is_same(known, &maker)) {
            Some((_, count)) => *count += 1,
            None => seen.push((maker, 1)),
        }
    }
    let mut order: Vec<usize> = (0..seen.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(seen[*at].1));
    order.truncate(HUES);
    order.sort_unstable();
    order.into_iter().map(|at| seen[at].0.clone()).collect()
}

/// The first word of a label: `release` of `release 2.0.0`, `fix` of `fix(parser): …`, `tool` of `tool@1.2.0: …`.
fn action(label: &str) -> Text {
    label.split([' ', ':', '(', '@']).find(|word| !word.is_empty()).unwrap_or_default().into()
}

fn is_same_author(one: &str, other: &str) -> bool {
    one == other
}

/// Endings that make no other action of a verb.
const ENDINGS: [&str; 6] = ["", "s", "es", "d", "ed", "ing"];

/// Whether two words are one action: `Add`, `adds`, `added` and `add!` are.
fn is_same_action(one: &str, other: &str) -> bool {
    let ends = |letter: char| !letter.is_alphanumeric();
    let [one, other] = [one, other].map(|word| word.trim_matches(ends));
    if one.is_empty() || other.is_empty() {
        return one == other;
    }
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let is_made_of = |stem: &str| {
        let (head, ending) = long.split_at_checked(stem.len()).unwrap_or((long, ""));
        head.eq_ignore_ascii_case(stem) && ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
    };
    // `update`, `updating`.
    let stem = short.strip_suffix(['e', 'E']).filter(|stem| stem.len() > 1);
    is_made_of(short) || stem.is_some_and(|stem| is_made_of(stem) && long.len() > short.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_action_is_one_whatever_its_ending() {
        for (one, other, same) in [
            ("Add", "add", true),
            ("Add", "added", true),
            ("update", "Updating", true),
            ("bump", "Bumps", true),
            ("fix", "fix!", true),
            ("add", "address", false),
            ("use", "user", false),
            ("a", "as", true),
            ("cart.add", "cart.remove", false),
            ("größe", "große", false),
        ] {
            assert_eq!((is_same_action(one, other), is_same_action(other, one)), (same, same), "{one} {other}");
        }
        let makers = ["fix", "Add", "add", "Fixed", "rename"].map(Text::from);
        assert_eq!(ranked(makers.into_iter(), is_same_action), ["fix", "Add", "rename"].map(Text::from));
    }
}
