//! Who, or what, made a version: authors, or actions where nobody is named, so many of them with a hue of their own.

use crate::history::History;
use crate::record::Version;
use crate::value::Text;
use crate::view::text::SafeText;
use std::ops::Range;

/// Members with a hue of their own.
pub const HUES: usize = 6;

/// Versions of a history that are looked at to find who is in it: evenly over all of it.
const SAMPLE: u64 = 192;
/// Versions of one column that are looked at.
const PER_COLUMN: u64 = 5;

/// The authors of a history; its actions where it has one author or none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cast {
    by_author: bool,
    /// The most frequent ones, in the order they came in.
    members: Vec<Text>,
}

impl Cast {
    /// Of a history. O(sample · log sample), whatever the length of the history.
    pub fn of(history: &History) -> Self {
        let (first, newest) = (history.first().0.max(1), history.newest().0);
        let count = (newest + 1).saturating_sub(first);
        let wanted = count.min(SAMPLE);
        let sampled = (0..wanted).map(|at| Version(first + super::layout::share(at, count, wanted)));
        let makers: Vec<_> = sampled.filter_map(|version| history.author_and_label(version)).collect();
        let authors = ranked(makers.iter().filter_map(|(author, _)| author.clone()), is_same_author);
        match authors.len() {
            0 | 1 => Self {
                by_author: false,
                members: ranked(makers.iter().map(|(_, label)| action(label)), is_same_action),
            },
            _ => Self { by_author: true, members: authors },
        }
    }

    /// Their names, in the order of their hues.
    pub fn names(&self) -> impl Iterator<Item = SafeText> {
        self.members.iter().map(SafeText::from)
    }

    /// The hue of a version, from 0; `None` for what has none of its own.
    pub fn hue(&self, history: &History, version: Version) -> Option<u8> {
        let (author, label) = history.author_and_label(version)?;
        let (maker, is_same): (Text, fn(&str, &str) -> bool) =
            if self.by_author { (author?, is_same_author) } else { (action(&label), is_same_action) };
        let at = self.members.iter().position(|member| is_same(member, &maker))?;
        u8::try_from(at).ok()
    }

    /// The hue that most of a stretch has, as far as some of its versions tell.
    pub(super) fn hue_of(&self, history: &History, versions: &Range<u64>) -> Option<u8> {
        if self.members.is_empty() {
            // Nobody is told from anybody else: all of it is one.
            return Some(0);
        }
        let count = versions.end.saturating_sub(versions.start);
        let wanted = count.min(PER_COLUMN);
        let mut votes = [0_u8; HUES];
        for at in 0..wanted {
            let version = Version(versions.start + super::layout::share(at, count, wanted));
            if let Some(vote) = self.hue(history, version).and_then(|hue| votes.get_mut(usize::from(hue))) {
                *vote += 1;
            }
        }
        let most = votes.iter().copied().max().filter(|most| *most > 0)?;
        votes.iter().position(|votes| *votes == most).and_then(|at| u8::try_from(at).ok())
    }
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
