//! A box of rows: laid out for a screen, scrolled where there are more than fit, and painted.
//!
//! What is at the foot, keys and lines to type, stays in view while the rows above it are scrolled; where there is no room
//! for both, all of it is scrolled. Must not name: `app`, `job`.

use super::frame::{DialogFrame, position};
use super::rows::{DialogRow, Laid, SentenceTone};
use crate::tui::action::Action;
use crate::tui::frame_map::{BoxExtent, BoxMap};
use crate::tui::look::Look;
use crate::view::text::SafeText;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// What a box says.
#[derive(Default)]
pub struct Sheet<'a> {
    /// On the upper edge.
    pub title: SafeText,
    /// On the lower edge.
    pub footer: SafeText,
    /// Columns inside, at most.
    pub width: u16,
    /// At the top, always in view.
    pub head: Vec<DialogRow<'a>>,
    /// Below it; scrolled where there are more than fit.
    pub rows: Vec<DialogRow<'a>>,
    /// Below them.
    pub foot: Vec<DialogRow<'a>>,
    /// Of a list to choose from: how many of its rows are in view at most. Its footer says which one it is at.
    pub most: Option<usize>,
}

/// How far a box is scrolled: by the person, else so that the line being typed, or the chosen row, is in view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scroll(Option<usize>);

/// Columns and rows of the frame and the blanks beside the text.
const FRAME: (u16, u16) = (4, 2);

/// Rows above and below a box that does not fit as a whole, on a screen that has so many.
const AROUND: (u16, u16) = (1, 14);

/// Lines that are in view above the foot, at least.
const LEAST: usize = 3;

/// Columns of `↑↓ 1 to 20 of 400 · ` on the lower edge.
const PLACE: usize = 24;

/// Rows that one notch of the wheel scrolls.
const NOTCH: usize = 3;

/// A sheet as it is cut for a screen.
struct Cut<'a> {
    title: SafeText,
    footer: SafeText,
    width: u16,
    head: Vec<Laid<'a>>,
    lines: Vec<Laid<'a>>,
    foot: Vec<Laid<'a>>,
    extent: BoxExtent,
}

impl Scroll {
    /// Scrolls by an action; whether it is one that does.
    pub fn act(&mut self, action: Action, extent: &mut BoxExtent) -> bool {
        let page = extent.height.saturating_sub(1).max(1);
        match action {
            Action::Up => self.up(1, extent),
            Action::Down => self.down(1, extent),
            Action::PageUp => self.up(page, extent),
            Action::PageDown => self.down(page, extent),
            Action::HalfUp => self.up(page.div_ceil(2), extent),
            Action::HalfDown => self.down(page.div_ceil(2), extent),
            Action::FirstRow => self.up(extent.lines, extent),
            Action::LastRow => self.down(extent.lines, extent),
            _ => return false,
        }
        true
    }

    /// Scrolls by one notch of the wheel.
    pub fn wheel(&mut self, up: bool, extent: &mut BoxExtent) {
        if up { self.up(NOTCH, extent) } else { self.down(NOTCH, extent) }
    }

    /// What is being typed is brought into view again.
    pub fn follow(&mut self) {
        self.0 = None;
    }

    fn up(&mut self, rows: usize, extent: &mut BoxExtent) {
        extent.top = extent.top.saturating_sub(rows);
        self.0 = Some(extent.top);
    }

    fn down(&mut self, rows: usize, extent: &mut BoxExtent) {
        extent.top = (extent.top + rows).min(extent.last());
        self.0 = Some(extent.top);
    }
}

impl<'a> Sheet<'a> {
    /// Paints it. The text cursor is in the line being typed, else at the first line.
    pub fn paint(self, look: &Look, area: Rect, scroll: Scroll, buf: &mut Buffer) -> BoxMap {
        let Cut { title, footer, width, head, lines, foot, extent } = self.cut(look, area, scroll);
        let height = u16::try_from(head.len() + extent.height + foot.len()).unwrap_or(u16::MAX);
        let inside = DialogFrame { title: &title, footer: &footer, width, height }.paint(look, area, buf);
        let shown = head.iter().chain(lines.iter().skip(extent.top).take(extent.height)).chain(&foot);
        let (mut cursor, mut items) = (None, Vec::new());
        for (at, line) in shown.enumerate() {
            let typed = line.paint(inside, at, look, buf);
            cursor = cursor.or(typed);
            let place = line.choice().zip(position(inside, at, 0));
            items.extend(place.map(|(item, Position { x, y })| (Rect { x, y, height: 1, ..inside }, item)));
        }
        BoxMap { cursor: cursor.or_else(|| position(inside, 0, 0)), extent: Some(extent), items }
    }

    /// A title or a footer that the edge has no room for is a row as well.
    fn cut(mut self, look: &Look, area: Rect, scroll: Scroll) -> Cut<'a> {
        let inside = self.width.min(area.width.saturating_sub(FRAME.0)).max(1);
        let (columns, edge) = (usize::from(inside), usize::from(inside).saturating_sub(2));
        let all = match self.most {
            Some(_) => scrolled_height(area),
            None => usize::from(area.height.saturating_sub(FRAME.1)).max(1),
        };
        let lay = |rows: Vec<DialogRow<'a>>| -> Vec<Laid<'a>> {
            rows.into_iter().flat_map(|row| row.lines(columns, look)).collect()
        };
        let wide_title = (self.title.width() > edge).then(|| DialogRow::Text(self.title.clone(), SentenceTone::Strong));
        let head = lay(std::mem::take(&mut self.head));
        let mut lines = lay(wide_title.into_iter().chain(std::mem::take(&mut self.rows)).collect());
        let mut foot = lay(std::mem::take(&mut self.foot));
        let mut footer = self.footer;
        let is_cut = head.len() + lines.len() + foot.len() > all;
        if self.most.is_none() && footer.width() + if is_cut { PLACE } else { 0 } > edge {
            foot.extend(lay(vec![DialogRow::Text(std::mem::take(&mut footer), SentenceTone::Dim)]));
        }
        let most = if head.len() + lines.len() + foot.len() > all { scrolled_height(area).min(all) } else { all };
        if head.len() + foot.len() + lines.len().min(LEAST) > most {
            lines.append(&mut foot);
        }
        let room = most.saturating_sub(head.len() + foot.len()).min(self.most.unwrap_or(usize::MAX));
        let height = lines.len().min(room).max(1);
        let last = lines.len().saturating_sub(height);
        // The row after the chosen one is in view, too.
        let above = height.saturating_sub(1 + usize::from(self.most.is_some()));
        let followed = lines.iter().position(Laid::is_followed).map_or(0, |at| at.saturating_sub(above));
        let extent = BoxExtent { lines: lines.len(), height, top: scroll.0.unwrap_or(followed).min(last) };
        let place = if self.most.is_none() { extent.place() } else { SafeText::default() };
        let footer = SafeText::join([place, footer], " · ");
        let title = self.title.fit_middle(edge);
        Cut { title, footer, width: inside, head, lines, foot, extent }
    }
}

/// Rows inside a box that has more lines than fit: the rows round it, with the message and the hints, stay in view where
/// there are some to spare.
fn scrolled_height(area: Rect) -> usize {
    let around = if area.height >= AROUND.1 { AROUND.0 * 2 } else { 0 };
    usize::from(area.height.saturating_sub(FRAME.1 + around)).max(1)
}
