//! The legend of the timeline: each sign in its style, with its word.

use super::mark_sign;
use crate::tui::glyphs::{BARS, DOTTED, HIGHER};
use crate::tui::pane::Look;
use crate::view::text::{SafeText, joined};
use crate::view::timeline::{LegendSign, TimelineMark, TimelineModel};
use ratatui::style::Style;

/// Columns of a name.
const NAME: usize = 16;

/// Each entry in its pieces. A word that a hue and a mark share is told once, with both signs.
pub fn entries(timeline: &TimelineModel, look: &Look) -> Vec<Vec<(SafeText, Style)>> {
    let legend = timeline.legend();
    let hues: Vec<SafeText> = legend
        .iter()
        .filter(|(painted, _)| matches!(painted, LegendSign::Bar(_)))
        .map(|(_, word)| word.clone())
        .collect();
    let is_twin = |mark: &TimelineMark| hues.iter().any(|word| word.unmarked() == mark.word());
    let entry = |(painted, word): &(LegendSign, SafeText)| {
        let theme = &look.theme;
        let (sign, style) = match painted {
            LegendSign::Mark(mark) if is_twin(mark) => return None,
            LegendSign::Mark(mark) => mark_sign(*mark, look),
            LegendSign::Bar(hue) => (BARS[7], theme.hue(Some(*hue))),
            LegendSign::OtherBar => (BARS[7], theme.hue(None)),
            LegendSign::LeftBehind => (DOTTED[4], theme.dim),
            LegendSign::Higher => (HIGHER, theme.dim),
            LegendSign::Hit => (BARS[7], theme.changed),
        };
        if let LegendSign::Mark(_) | LegendSign::LeftBehind | LegendSign::Higher | LegendSign::Hit = painted {
            return Some(vec![(joined!["  ", sign, " "], style), (word.clone(), theme.dim)]);
        }
        let twin = legend.iter().find_map(|(other, told)| match other {
            LegendSign::Mark(mark) if told.unmarked() == word.unmarked() => Some(mark_sign(*mark, look)),
            _ => None,
        });
        let mut pieces = vec![(joined![" ", sign], style)];
        pieces.extend(twin.map(|(sign, style)| (sign.into(), style)));
        pieces.push((joined![" ", word.fit(NAME)], style));
        Some(pieces)
    };
    legend.iter().filter_map(entry).collect()
}
