//! Text of rows: words of the program as they are, recorded text escaped and marked.

use super::cut::suffix;
use super::{MARK, fit, letters, mark, prefix, recorded, visible, width, wrap, wrap_by};
use crate::value::Text;
use crate::view::needle::Needle;
use std::borrow::Cow;
use std::ops::AddAssign;

/// Joins words of the program, texts that are safe, and recorded text into one [`SafeText`].
macro_rules! joined {
    ($($part:expr),+ $(,)?) => {{
        let mut text = $crate::view::text::SafeText::default();
        $(text += $crate::view::text::SafeText::from($part);)+
        text
    }};
}

pub(crate) use joined;

/// A text that is safe to paint in every glyph set. Only what is written in the program (`&'static str`) is taken as it is; all
/// other text is escaped, and marked so that no glyph set rewrites it. It cannot be formatted into a
/// `String`: texts are joined with `joined!`, which keeps what is recorded and what is not apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SafeText(Cow<'static, str>);

/// Columns that lines behind a text have at least.
const LEAST_HUNG: usize = 24;

impl SafeText {
    /// Recorded text. O(bytes).
    pub fn data(text: &str) -> Self {
        Self(Cow::Owned(mark::marked(&recorded(text)).into_owned()))
    }

    /// Written text, in which what is recorded is escaped already: a literal, a path, a sentence. O(bytes).
    pub fn written(text: &str) -> Self {
        Self(Cow::Owned(mark::marked(&visible(text)).into_owned()))
    }

    /// A sign of the program, so many times.
    pub fn repeated(sign: &'static str, times: usize) -> Self {
        Self(Cow::Owned(sign.repeat(times)))
    }

    /// What a painter writes into cells.
    pub fn painted(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to paint.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Columns it takes.
    pub fn width(&self) -> usize {
        width(&self.0)
    }

    /// Cut to at most so many columns, with `…` at its end where something is missing.
    pub fn fit(&self, columns: usize) -> Self {
        Self(Cow::Owned(fit(&self.0, columns).into_owned()))
    }

    /// Cut to at most so many columns, with `…` at its beginning where something is missing; a quote there stays.
    pub fn fit_end(&self, columns: usize) -> Self {
        Self(super::fit_end(&self.0, columns).into_owned().into())
    }

    /// Cut in its middle to at most so many columns, with `…` there.
    pub fn fit_middle(&self, columns: usize) -> Self {
        Self(super::fit_middle(&self.0, columns).into_owned().into())
    }

    /// Cut to at most so many columns, so that the first place of what is looked for is seen.
    pub fn fit_to(&self, needle: Option<&Needle>, columns: usize) -> Self {
        let place = needle.and_then(|needle| needle.first(&self.0));
        place.map_or_else(
            || self.fit(columns),
            |place| Self(Cow::Owned(super::fit_around(&self.0, place, columns).into_owned())),
        )
    }

    /// Cut to at most so many columns, so that where it differs from others is seen.
    pub fn fit_from_others<'t>(&self, others: impl Iterator<Item = &'t Self>, columns: usize) -> Self {
        let at = others.filter(|other| *other != self).map(|other| super::shared_start(&self.0, &other.0)).max();
        Self(Cow::Owned(super::fit_from(&self.0, at.unwrap_or(0), columns).into_owned()))
    }

    /// The beginning of it that takes at most so many columns.
    pub fn prefix(&self, columns: usize) -> Self {
        Self(Cow::Owned(self.0[..prefix(&self.0, columns)].to_owned()))
    }

    /// The end of it that takes at most so many columns.
    pub fn tail(&self, columns: usize) -> Self {
        Self(Cow::Owned(self.0[suffix(&self.0, columns)..].to_owned()))
    }

    /// Filled up with blanks after it to so many columns.
    pub fn filled(&self, columns: usize) -> Self {
        Self(Cow::Owned(format!("{}{}", self.0, " ".repeat(columns.saturating_sub(self.width())))))
    }

    /// Cut to at most so many columns: a sentence at its end, an address or a name, whose end tells as much, in its middle.
    pub fn fit_telling(&self, columns: usize) -> Self {
        if self.0.contains(' ') { self.fit(columns) } else { self.fit_middle(columns) }
    }

    /// Filled up with blanks before it to so many columns.
    pub fn led(&self, columns: usize) -> Self {
        Self(Cow::Owned(format!("{}{}", " ".repeat(columns.saturating_sub(self.width())), self.0)))
    }

    /// Broken at blanks into lines of at most so many columns.
    pub fn wrap(&self, columns: usize) -> Vec<Self> {
        wrap(&self.0, columns).into_iter().map(|line| Self(Cow::Owned(line))).collect()
    }

    /// As [`wrap`](Self::wrap), where a character takes as many columns as `measure` says.
    pub fn wrap_by(&self, columns: usize, measure: impl Fn(&str) -> usize) -> Vec<Self> {
        wrap_by(&self.0, columns, measure).into_iter().map(|line| Self(Cow::Owned(line))).collect()
    }

    /// With a text behind it in lines of at most so many columns, which begin below each other where that leaves room for words.
    pub fn hung(&self, text: &Self, columns: usize) -> Vec<Self> {
        self.hung_by(text, columns, width)
    }

    /// As [`hung`](Self::hung), where a character takes as many columns as `measure` says.
    pub fn hung_by(&self, text: &Self, columns: usize, measure: impl Fn(&str) -> usize) -> Vec<Self> {
        let start = self.letters().map(|letter| measure(&letter.0)).sum::<usize>();
        if start + LEAST_HUNG > columns {
            return joined![self, text].wrap_by(columns, measure);
        }
        let begins = |at: usize| if at == 0 { self.clone() } else { Self::repeated(" ", start) };
        let lines = text.wrap_by(columns.saturating_sub(start), measure);
        lines.into_iter().enumerate().map(|(at, line)| joined![begins(at), line]).collect()
    }

    /// What stands before the first such character.
    pub fn before(&self, end: char) -> Self {
        Self(Cow::Owned(self.0.split(end).next().unwrap_or_default().to_owned()))
    }

    /// Its characters, as the screen has them.
    pub fn letters(&self) -> impl Iterator<Item = Self> {
        letters(&self.0).map(|letter| Self(Cow::Owned(letter.text.to_owned())))
    }

    /// Texts with `between` between them; empty ones are left out.
    pub fn join(texts: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        let mut joined = Self::default();
        for text in texts.into_iter().filter(|text| !text.is_empty()) {
            if !joined.is_empty() {
                joined += between.into();
            }
            joined += text;
        }
        joined
    }

    /// What it says, for whoever prints it or compares it.
    pub fn unmarked(&self) -> Cow<'_, str> {
        if self.0.contains(MARK) { Cow::Owned(self.0.replace(MARK, "")) } else { Cow::Borrowed(&self.0) }
    }
}

/// Words of the program, signs and lines among them.
impl From<&'static str> for SafeText {
    fn from(words: &'static str) -> Self {
        Self(Cow::Borrowed(words))
    }
}

/// Written text: recorded text is a `Text`, or goes through [`SafeText::data`].
impl From<String> for SafeText {
    fn from(text: String) -> Self {
        Self::written(&text)
    }
}

/// Recorded text.
impl From<&Text> for SafeText {
    fn from(text: &Text) -> Self {
        Self::data(text)
    }
}

impl From<&SafeText> for SafeText {
    fn from(text: &SafeText) -> Self {
        text.clone()
    }
}

/// For tests: what it says.
#[cfg(test)]
impl PartialEq<&str> for SafeText {
    fn eq(&self, other: &&str) -> bool {
        self.unmarked() == *other
    }
}

impl AddAssign for SafeText {
    fn add_assign(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
        } else {
            self.0.to_mut().push_str(&other.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_the_program_are_decoration() {
        for (text, painted) in [
            (joined!["a → b"], "a → b".to_owned()),
            (SafeText::data("a → b"), format!("a →{MARK} b")),
            (joined!["◆ ", "→".to_owned()], format!("◆ →{MARK}")),
            (joined![&Text::from("\u{1b}[2J"), " · ", SafeText::data("…")], format!("\\u{{1b}}[2J · …{MARK}")),
            (SafeText::data("-"), format!("-{MARK}")),
            (SafeText::join(["a".into(), SafeText::default(), SafeText::data("·")], " · "), format!("a · ·{MARK}")),
        ] {
            assert_eq!(text.painted(), painted);
            assert_eq!(text.unmarked(), painted.replace(MARK, ""));
        }
    }

    #[test]
    fn what_is_marked_once_is_not_marked_twice() {
        for text in ["→", "a  b", " ", "e\u{301}…", "日本 ─"] {
            let once = SafeText::data(text);
            assert_eq!(joined![&once], once);
            assert_eq!(SafeText::written(&visible(text)), once);
        }
    }
}
