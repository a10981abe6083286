//! One row of a list, what choosing it does, and which rows fit what is typed.
//!
//! Must not name: `pane`, `ratatui`.

use crate::record::Version;
use crate::source::{Address, Reading};
use crate::tui::action::Spec;
use crate::tui::owner::SessionId;
use crate::view::text::{SafeText, joined};
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What choosing a row does.
#[derive(Debug, Clone)]
pub enum Pick {
    /// Runs an action with an argument.
    Run(&'static Spec, String),
    /// Goes to a version.
    Goto(Version),
    /// Shows a tenant.
    Tenant(SessionId),
    /// Opens a source as what it is chosen to be.
    Open(Address, Reading),
    /// Nothing, and says why.
    Nothing(SafeText),
}

/// One row.
#[derive(Debug, Clone)]
pub struct ChooserItem {
    /// At the left: a command, keys, a tenant.
    pub left: SafeText,
    /// What it is.
    pub text: SafeText,
    /// At the right: a key.
    pub right: SafeText,
    /// Whether it can be done now.
    pub enabled: bool,
    /// The heading it stands under.
    pub heading: &'static str,
    /// What choosing it does.
    pub pick: Pick,
}

/// A name that fits counts more than a word of its explanation.
const NAME_WEIGHT: u32 = 3;

impl ChooserItem {
    /// A row without a heading that can be chosen.
    pub fn new(left: impl Into<SafeText>, text: impl Into<SafeText>, right: impl Into<SafeText>, pick: Pick) -> Self {
        Self { left: left.into(), text: text.into(), right: right.into(), enabled: true, heading: "", pick }
    }

    /// A row that only says why a text runs nothing.
    pub(super) fn refusal(text: &str, why: SafeText) -> Self {
        Self { enabled: false, ..Self::new(SafeText::data(text), &why, "", Pick::Nothing(why.clone())) }
    }

    /// Whether a word of its name begins so.
    pub(super) fn has_word(&self, begun: &str) -> bool {
        let begun = begun.to_lowercase();
        let name = self.name().unmarked().to_lowercase();
        let mut starts =
            name.char_indices().filter(|(at, _)| *at == 0 || name[..*at].ends_with(['-', ' ', ':', '_', '.', '"']));
        !begun.is_empty() && starts.any(|(at, _)| name[at..].starts_with(&begun))
    }

    /// What it is called.
    fn name(&self) -> SafeText {
        match &self.pick {
            Pick::Run(spec, _) => spec.name.into(),
            _ => self.left.clone(),
        }
    }

    pub(super) fn left_width(&self) -> usize {
        self.left.width() + 2
    }

    /// Where what it is begins: at the column of the list, behind what is longer at the left, or, under a heading, earlier where
    /// it has no room there.
    pub(super) fn column(&self, column: usize, columns: usize) -> usize {
        let own = self.left_width() + 2;
        let begins = column.max(own.min(columns / 2 + 2));
        let needed = begins + self.text.width() + self.right.width() + 2;
        if needed > columns && !self.heading.is_empty() { begins.min(own) } else { begins }
    }

    /// Columns for what is at the left, and for what it is.
    pub(super) fn rooms(&self, column: usize, columns: usize) -> [usize; 2] {
        let begins = self.column(column, columns);
        let room = columns.saturating_sub(begins);
        let beside = room.saturating_sub(self.right.width() + 2);
        [begins.saturating_sub(4), if self.has_right(column, columns) { beside } else { room }]
    }

    /// Whether there is room for what is at the right: in a list of keys, a name gives way where the words would be cut.
    pub(super) fn has_right(&self, column: usize, columns: usize) -> bool {
        let needed = self.column(column, columns) + self.text.width() + self.right.width() + 2;
        self.heading.is_empty() || needed <= columns
    }

    pub(super) fn is_cut(&self, column: usize, columns: usize) -> bool {
        let [left, text] = self.rooms(column, columns);
        self.left.width() > left || self.text.width() > text
    }

    /// All that it says, in lines.
    pub(super) fn whole(&self, columns: usize) -> Vec<SafeText> {
        joined![&self.left, "  ", &self.text].wrap(columns)
    }
}

/// The items that match a text, best first: before others those of which a word begins so. All of them, in their order, when
/// it is empty.
pub(super) fn ranked(items: &[ChooserItem], text: &str) -> Vec<ChooserItem> {
    let names = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
    let words = Pattern::new(text, CaseMatching::Ignore, Normalization::Smart, AtomKind::Substring);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut scored: Vec<((bool, u32), &ChooserItem)> = Vec::new();
    for item in items {
        let mut score = |pattern: &Pattern, hay: &str| pattern.score(Utf32Str::new(hay, &mut buffer), &mut matcher);
        let named = score(&names, &item.left.unmarked())
            .max(score(&names, &item.right.unmarked()))
            .map(|score| score * NAME_WEIGHT);
        let best = named.max(score(&words, &item.text.unmarked()));
        scored.extend(best.map(|score| ((item.has_word(text), score), item)));
    }
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, item)| item.clone()).collect()
}
