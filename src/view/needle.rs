//! A text that is looked for in others, and where it stands in them.

use std::ops::Range;

/// A text that is looked for. Case matters only where that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    text: String,
    case: LetterCase,
}

/// How well a text fits what is looked for, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NeedleFit {
    /// It is what is looked for.
    Whole,
    /// It begins with it.
    Start,
    /// It has it somewhere.
    Inside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LetterCase {
    Matters,
    Ignored,
}

impl Needle {
    /// For a text in which case matters only if it has capitals; `None` for an empty one.
    pub fn smart(text: &str) -> Option<Self> {
        let case = if text.chars().any(char::is_uppercase) { LetterCase::Matters } else { LetterCase::Ignored };
        (!text.is_empty()).then(|| Self { text: text.to_owned(), case })
    }

    /// For each word of a text, whatever its case.
    pub fn words(text: &str) -> Vec<Self> {
        let words = text.split_whitespace().map(str::to_lowercase);
        words.map(|text| Self { text, case: LetterCase::Ignored }).collect()
    }

    /// What is looked for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a text has it.
    pub fn is_in(&self, text: &str) -> bool {
        match self.case {
            LetterCase::Matters => text.contains(&self.text),
            LetterCase::Ignored if text.is_ascii() && self.text.is_ascii() => {
                text.as_bytes().windows(self.text.len()).any(|part| part.eq_ignore_ascii_case(self.text.as_bytes()))
            }
            LetterCase::Ignored => text.to_lowercase().contains(&self.text),
        }
    }

    /// How well a text fits; `None` if it does not have it. O(both).
    pub fn fit(&self, text: &str) -> Option<NeedleFit> {
        let first = self.first(text).filter(|_| self.is_in(text))?;
        Some(match (first.start, text.len() - first.end) {
            (0, 0) => NeedleFit::Whole,
            (0, _) => NeedleFit::Start,
            _ => NeedleFit::Inside,
        })
    }

    /// The first of its [`places`](Self::places) in a text. O(both).
    pub fn first(&self, text: &str) -> Option<Range<usize>> {
        if self.case == LetterCase::Ignored && text.is_ascii() && self.text.is_ascii() {
            let is_here = |part: &[u8]| part.eq_ignore_ascii_case(self.text.as_bytes());
            let at = text.as_bytes().windows(self.text.len()).position(is_here)?;
            return Some(at..at + self.text.len());
        }
        text.char_indices().find_map(|(at, _)| self.begins(&text[at..]).map(|length| at..at + length))
    }

    /// The bytes of each place in a text where it stands, from the left, none over another. O(both).
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        let mut from = 0;
        for (at, _) in text.char_indices() {
            if let Some(length) = self.begins(&text[at..]).filter(|_| at >= from) {
                from = at + length;
                places.push(at..from);
            }
        }
        places
    }

    /// The bytes that it takes at the beginning of a text, if it stands there.
    fn begins(&self, text: &str) -> Option<usize> {
        if self.case == LetterCase::Matters {
            return text.starts_with(&self.text).then_some(self.text.len());
        }
        let mut wanted = self.text.chars();
        for (at, letter) in text.char_indices() {
            if wanted.as_str().is_empty() {
                return Some(at);
            }
            for lower in letter.to_lowercase() {
                if wanted.next() != Some(lower) {
                    return None;
                }
            }
        }
        wanted.as_str().is_empty().then_some(text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_found_once() {
        for (text, needle, places) in [
            ("a needle, a Needle", "needle", &[(2, 8), (12, 18)][..]),
            ("a needle, a Needle", "Needle", &[(12, 18)]),
            ("aaaa", "aa", &[(0, 2), (2, 4)]),
            ("GRÖSSE größe", "grö", &[(0, 4), (8, 12)]),
            ("nothing", "x", &[]),
            ("日本", "本", &[(3, 6)]),
        ] {
            let needle = Needle::smart(needle).unwrap_or_else(|| unreachable!());
            assert_eq!(needle.first(text), needle.places(text).into_iter().next(), "{text}");
            let found: Vec<_> = needle.places(text).into_iter().map(|place| (place.start, place.end)).collect();
            assert_eq!(found, places, "{text}");
            assert_eq!(needle.is_in(text), !places.is_empty(), "{text}");
            assert_eq!(needle.fit(text).is_some(), !places.is_empty(), "{text}");
        }
        assert_eq!((Needle::smart(""), Needle::words(" ")), (None, Vec::new()));
    }
}
