//! What the box of a list says: what is typed, the rows, and below them what there is room for.

use super::super::rows::{ChoiceRow, DialogRow, InputRow, SentenceTone};
use super::super::sheet::Sheet;
use super::item::{ChooserItem, Pick};
use super::{Chooser, ChooserKind, MOST_ROWS};
use crate::view::text::{SafeText, joined, width};
use ratatui::layout::Rect;

/// Rows of the frame, of the head, and around the box.
const OUTSIDE: u16 = 6;

/// Rows of the list that must be left by what is below it.
const LEAST: usize = 4;

/// Columns beside the box, and inside of it at most.
const COLUMNS: (u16, u16) = (8, 88);

impl Chooser {
    /// What it says. Room for the rows comes first, then for the whole of the chosen one where it is cut, then for what is
    /// below.
    pub fn sheet(&self, area: Rect) -> Sheet<'_> {
        let inside = area.width.saturating_sub(COLUMNS.0).clamp(1, COLUMNS.1);
        let columns = usize::from(inside);
        let column = 2 + self.left_column(columns).min(columns / 2);
        let room = usize::from(area.height.saturating_sub(OUTSIDE)).max(1);
        let cut = self.shown.iter().filter(|item| item.is_cut(column, columns));
        let whole = cut.map(|item| item.whole(columns).len()).max().unwrap_or(0).min(room / 2);
        let chosen = self.chosen_item().filter(|item| item.is_cut(column, columns));
        let lines = chosen.map(|item| item.whole(columns)).unwrap_or_default().into_iter();
        let lines =
            lines.map(|line| DialogRow::Text(line, SentenceTone::Strong)).chain(std::iter::repeat_with(DialogRow::gap));
        let mut foot: Vec<DialogRow<'_>> = lines.take(whole).collect();
        let aids: Vec<SafeText> = self.aids.iter().flat_map(|aid| aid.wrap(columns)).collect();
        if !aids.is_empty() && whole + aids.len() + 1 + LEAST <= room {
            foot.push(DialogRow::gap());
            foot.extend(aids.into_iter().map(|aid| DialogRow::Text(aid, SentenceTone::Dim)));
        }
        let label = self.prompt();
        let line = InputRow { label, columns: width(label), line: &self.line, typed: true };
        Sheet {
            title: self.title.clone(),
            footer: self.footer(),
            width: inside,
            head: vec![DialogRow::Input(line), DialogRow::gap()],
            rows: self.rows(column, columns),
            foot,
            most: Some(MOST_ROWS),
        }
    }

    /// Columns at the left: that all rows have room in, where that cuts no more of them or they are commands; else seven of
    /// eight, so that a few long ones do not push all others away.
    fn left_column(&self, columns: usize) -> usize {
        let mut widths: Vec<usize> = self.shown.iter().map(ChooserItem::left_width).collect();
        widths.sort_unstable();
        let most = widths.get(widths.len() * 7 / 8).copied().unwrap_or(0);
        let cut = |left: usize| self.shown.iter().filter(|item| item.is_cut(2 + left, columns)).count();
        let all = widths.last().copied().filter(|all| match self.kind {
            ChooserKind::Commands => *all <= columns * 2 / 5,
            _ => *all <= columns.div_ceil(5) || *all <= columns / 3 && cut(*all) <= cut(most),
        });
        all.unwrap_or(most)
    }

    /// Rows with their headings, which are shown while nothing is typed. What is too long is cut in its middle.
    fn rows(&self, column: usize, columns: usize) -> Vec<DialogRow<'_>> {
        let headings = self.kind == ChooserKind::Keys && self.line.text().trim().is_empty();
        let chosen = self.chosen();
        let mut rows = Vec::new();
        let mut heading = "";
        for (index, item) in self.shown.iter().enumerate() {
            if headings && item.heading != heading {
                heading = item.heading;
                rows.push(DialogRow::Text(heading.into(), SentenceTone::Strong));
            }
            let [left, text] = item.rooms(column, columns);
            rows.push(DialogRow::Choice(ChoiceRow {
                index,
                left: item.left.fit_middle(left),
                column: item.column(column, columns),
                text: item.text.fit_middle(text),
                right: if item.has_right(column, columns) { item.right.clone() } else { SafeText::default() },
                is_enabled: item.enabled,
                is_chosen: chosen == Some(index),
            }));
        }
        rows
    }

    fn chosen_item(&self) -> Option<&ChooserItem> {
        self.chosen().and_then(|at| self.shown.get(at))
    }

    fn prompt(&self) -> &'static str {
        if self.kind == ChooserKind::Commands { "> " } else { "filter: " }
    }

    fn footer(&self) -> SafeText {
        let at = self.chosen().map_or(0, |at| at + 1);
        let moves = match self.kind {
            ChooserKind::Commands => "Tab complete · Up earlier command",
            ChooserKind::Keys => "Up Down choose",
            ChooserKind::Tenants
            | ChooserKind::Places
            | ChooserKind::DiffRules
            | ChooserKind::WaysBack
            | ChooserKind::Readings => "",
        };
        let place = joined![at.to_string(), " of ", self.shown.len().to_string()];
        let hints = [place, moves.into(), self.enter().into(), "Esc close".into()];
        SafeText::join(hints.into_iter().filter(|hint| !hint.is_empty()), " · ")
    }

    /// What Enter does with the chosen row. Nothing, where that says why it cannot be done.
    fn enter(&self) -> &'static str {
        match self.chosen_item().filter(|item| item.enabled).map(|item| (&item.pick, self.kind)) {
            None | Some((Pick::Nothing(_), _)) => "",
            Some((Pick::Goto(_) | Pick::Tenant(_), _)) => "Enter go there",
            Some((Pick::Open(..), _)) => "Enter open it",
            Some((Pick::Run(..), ChooserKind::DiffRules)) => "Enter match by it",
            Some((Pick::Run(..), ChooserKind::WaysBack)) => "Enter see what it changes",
            Some((Pick::Run(spec, argument), _)) if spec.lacks(argument) => "Enter type its argument",
            Some((Pick::Run(..), _)) => "Enter run",
        }
    }
}
