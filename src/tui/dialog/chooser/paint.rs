//! Where the rows of a list are in its box, and how they are painted.

use super::super::frame::{Frame, position, write, write_at, write_right};
use super::item::{Item, Pick};
use super::{Chooser, ChooserKind, MOST_ROWS};
use crate::tui::frame_map::BoxMap;
use crate::tui::look::Look;
use crate::tui::pane::pen::band;
use crate::view::text::{SafeText, joined};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows above it: what is typed, and a gap.
const HEAD: usize = 2;

/// Rows of the list that must be left by what is below it.
const LEAST: usize = 4;

/// Where everything is in its frame.
struct Layout {
    width: u16,
    height: u16,
    /// Columns from which on a row says what it is.
    column: usize,
    /// Rows of the list.
    rows: usize,
    /// Rows below it, for the whole of a chosen row that is cut in the list.
    whole: usize,
    aids: Vec<SafeText>,
}

impl Chooser {
    /// Room for the list comes first, then for the whole of the chosen row, then for what is below.
    fn layout(&self, area: Rect) -> Layout {
        let width = area.width.saturating_sub(8).clamp(1, 88);
        let columns = usize::from(width);
        let column = 2 + self.shown.iter().map(Item::left_width).max().unwrap_or(0).min(columns / 2);
        let room = usize::from(area.height.saturating_sub(4)).saturating_sub(HEAD).max(1);
        let cut = self.shown.iter().filter(|item| item.is_cut(column, columns));
        let whole = cut.map(|item| item.whole(columns).len()).max().unwrap_or(0).min(room / 2);
        let mut aids: Vec<SafeText> = self.aids.iter().flat_map(|aid| aid.wrap(columns)).collect();
        if whole + aids.len() + 1 + LEAST > room {
            aids.clear();
        }
        let below = whole + aids.len() + usize::from(!aids.is_empty());
        let rows = room.saturating_sub(below).clamp(1, MOST_ROWS).min(self.rows().len().max(1));
        let height = u16::try_from(HEAD + rows + below).unwrap_or(u16::MAX);
        Layout { width, height, column, rows, whole, aids }
    }

    pub fn paint(&self, look: &Look, area: Rect, buf: &mut Buffer) -> BoxMap {
        let Layout { width, height: outer, column, rows: height, whole, aids } = self.layout(area);
        let footer = self.footer();
        let title = self.title.fit_middle(usize::from(width).saturating_sub(2));
        let frame = Frame { title: &title, footer: &footer, width, height: outer };
        let inside = frame.paint(look, area, buf);
        let prompt = self.prompt();
        write(inside, 0, &prompt.into(), look.theme.strong, buf);
        let (text, at) = self.line.window(usize::from(inside.width).saturating_sub(prompt.len() + 1));
        write_at(inside, 0, prompt.len(), &text, look.theme.text, buf);
        let rows = self.rows();
        let mut map = BoxMap::default();
        for (at, row) in rows.iter().skip(self.top_of(&rows, height)).take(height).enumerate() {
            row.paint(inside, HEAD + at, column, look, buf);
            if let (Row::Item(_, index, _), Some(start)) = (row, position(inside, HEAD + at, 0)) {
                map.items.push((Rect { x: start.x, y: start.y, width: inside.width, height: 1 }, *index));
            }
        }
        let columns = usize::from(inside.width);
        let chosen = self.chosen().and_then(|at| self.shown.get(at)).filter(|item| item.is_cut(column, columns));
        let lines = chosen.map(|item| item.whole(columns)).unwrap_or_default();
        for (at, line) in lines.iter().take(whole).enumerate() {
            write(inside, HEAD + height + at, line, look.theme.strong, buf);
        }
        for (at, aid) in aids.iter().enumerate() {
            write(inside, HEAD + height + whole + 1 + at, aid, look.theme.dim, buf);
        }
        BoxMap { cursor: position(inside, 0, prompt.len() + at), ..map }
    }

    /// Rows with their headings, which are shown while nothing is typed.
    pub(super) fn rows(&self) -> Vec<Row<'_>> {
        let headings = self.kind == ChooserKind::Keys && self.line.text().trim().is_empty();
        let chosen = self.chosen();
        let mut rows = Vec::new();
        let mut heading = "";
        for (at, item) in self.shown.iter().enumerate() {
            if headings && item.heading != heading {
                heading = item.heading;
                rows.push(Row::Heading(heading));
            }
            rows.push(Row::Item(item, at, chosen == Some(at)));
        }
        rows
    }

    /// The first row on the screen: as few are left out above as the chosen one needs, but for what the wheel has scrolled.
    fn top_of(&self, rows: &[Row<'_>], height: usize) -> usize {
        let chosen = rows.iter().position(|row| matches!(row, Row::Item(_, _, true))).unwrap_or(0);
        let most = rows.len().saturating_sub(height);
        let top = chosen.saturating_sub(height.saturating_sub(2)).min(most);
        top.saturating_add_signed(self.scrolled).min(most)
    }

    fn prompt(&self) -> &'static str {
        if self.kind == ChooserKind::Commands { "> " } else { "filter: " }
    }

    fn footer(&self) -> SafeText {
        let at = self.chosen().map_or(0, |at| at + 1);
        let moves = match self.kind {
            ChooserKind::Commands => "Tab complete · Up earlier command",
            ChooserKind::Keys => "Up Down choose",
            ChooserKind::Tenants | ChooserKind::Places | ChooserKind::DiffRules | ChooserKind::WaysBack => "",
        };
        let place = joined![at.to_string(), " of ", self.shown.len().to_string()];
        let hints = [place, moves.into(), self.enter().into(), "Esc close".into()];
        SafeText::join(hints.into_iter().filter(|hint| !hint.is_empty()), " · ")
    }

    /// What Enter does with the chosen row. Nothing, where that says why it cannot be done.
    fn enter(&self) -> &'static str {
        let chosen = self.chosen().and_then(|at| self.shown.get(at)).filter(|item| item.enabled);
        match chosen.map(|item| (&item.pick, self.kind)) {
            None | Some((Pick::Nothing(_), _)) => "",
            Some((Pick::Goto(_) | Pick::Tenant(_), _)) => "Enter go there",
            Some((Pick::Run(..), ChooserKind::DiffRules)) => "Enter match by it",
            Some((Pick::Run(..), ChooserKind::WaysBack)) => "Enter see what it changes",
            Some((Pick::Run(spec, argument), _)) if spec.lacks(argument) => "Enter type its argument",
            Some((Pick::Run(..), _)) => "Enter run",
        }
    }
}

pub(super) enum Row<'a> {
    Heading(&'static str),
    Item(&'a Item, usize, bool),
}

impl Row<'_> {
    /// What is too long is cut in its middle: so it never runs into what stands behind it.
    fn paint(&self, area: Rect, row: usize, column: usize, look: &Look, buf: &mut Buffer) {
        match self {
            Self::Heading(title) => write(area, row, &SafeText::from(*title), look.theme.strong, buf),
            Self::Item(item, _, selected) => {
                let style = if item.enabled { look.theme.text } else { look.theme.dim };
                if *selected {
                    write(area, row, &"▶".into(), look.theme.strong, buf);
                }
                let [left, text] = item.rooms(column, usize::from(area.width));
                write_at(area, row, 2, &item.left.fit_middle(left), style, buf);
                let start = item.column(column, usize::from(area.width));
                write_at(area, row, start, &item.text.fit_middle(text), style, buf);
                if item.has_right(column, usize::from(area.width)) {
                    write_right(area, row, &item.right, look.theme.strong, buf);
                }
                if *selected {
                    highlight(area, row, look, buf);
                }
            }
        }
    }
}

/// The selected row as one band.
fn highlight(area: Rect, row: usize, look: &Look, buf: &mut Buffer) {
    if let Some(at) = position(area, row, 0) {
        band(look.theme.cursor, Rect { x: at.x, y: at.y, width: area.width, height: 1 }, buf);
    }
}
