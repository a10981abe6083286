//! Who, or what, made a version: authors, or actions where nobody is named, so many of them with a hue of their own.

use crate::history::History;
use crate::record::Version;
use crate::value::Text;
use crate::view::text::SafeText;
use std::collections::BTreeMap;
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
        let authors = ranked(makers.iter().filter_map(|(author, _)| author.clone()));
        match authors.len() {
            0 | 1 => Self { by_author: false, members: ranked(makers.iter().map(|(_, label)| action(label))) },
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
        let maker = if self.by_author { author? } else { action(&label) };
        let at = self.members.iter().position(|member| *member == maker)?;
        u8::try_from(at).ok()
    }

    /// The hue that most of a stretch has, as far as some of its versions tell.
    pub(super) fn hue_of(&self, history: &History, versions: &Range<u64>) -> Option<u8> {
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

/// The most frequent ones, in the order they came in.
fn ranked(makers: impl Iterator<Item = Text>) -> Vec<Text> {
    let mut seen: BTreeMap<Text, (usize, usize)> = BTreeMap::new();
    for (at, maker) in makers.filter(|maker| !maker.is_empty()).enumerate() {
        seen.entry(maker).or_insert((at, 0)).1 += 1;
    }
    let mut all: Vec<_> = seen.into_iter().collect();
    all.sort_by_key(|(_, (first, count))| (std::cmp::Reverse(*count), *first));
    all.truncate(HUES);
    all.sort_by_key(|(_, (first, _))| *first);
    all.into_iter().map(|(maker, _)| maker).collect()
}

/// The first word of a label: `release` of `release 2.0.0`, `fix` of `fix(parser): …`.
fn action(label: &str) -> Text {
    label.split([' ', ':', '(']).find(|word| !word.is_empty()).unwrap_or_default().into()
}
