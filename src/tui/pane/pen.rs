//! Writing into one line, and the frame round a pane.

use super::{Focus, Look, literal};
use crate::view::Sign;
use crate::view::needle::Needle;
use crate::view::text::{SafeText, fit, joined, letters, unmarked, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};
use std::ops::Range;

/// Writes texts one after the other into a line and stops at its end.
pub struct Pen<'b> {
    buf: &'b mut Buffer,
    line: Rect,
    column: u16,
}

impl<'b> Pen<'b> {
    /// For one line of an area, counted from its top; `None` where there is no such line.
    pub fn new(buf: &'b mut Buffer, area: Rect, row: usize) -> Option<Self> {
        let row = u16::try_from(row).ok().filter(|row| *row < area.height)?;
        let line = Rect { y: area.y + row, height: 1, ..area }.intersection(buf.area);
        (!line.is_empty()).then_some(Self { buf, line, column: 0 })
    }

    /// Where the next text goes.
    pub(super) fn column(&self) -> usize {
        usize::from(self.column)
    }

    /// Columns left.
    pub(super) fn room(&self) -> usize {
        usize::from(self.line.width.saturating_sub(self.column))
    }

    /// Writes words of the program, cut with `…` at the end of the line.
    pub(super) fn put(&mut self, words: &'static str, style: Style) -> &mut Self {
        self.write(words, style)
    }

    fn write(&mut self, text: &str, style: Style) -> &mut Self {
        let text = fit(text, self.room());
        write_cells(self.buf, (self.line.x + self.column, self.line.y), &text, style);
        self.column = self.column.saturating_add(cells(width(&text)));
        self
    }

    /// Writes a text of a row, cut with `…` at the end of the line.
    pub fn text(&mut self, text: &SafeText, style: Style) -> &mut Self {
        self.write(text.painted(), style)
    }

    /// Writes a text of a row into so many columns: cut, or filled up with blanks.
    pub(super) fn field(&mut self, text: &SafeText, columns: usize, style: Style) -> &mut Self {
        let end = self.column.saturating_add(cells(columns));
        let text = text.fit(columns.min(self.room()));
        self.text(&text, style).to(usize::from(end))
    }

    /// Writes a text of a row at the right end of so many columns.
    pub(super) fn right_field(&mut self, text: &SafeText, columns: usize, style: Style) -> &mut Self {
        let end = usize::from(self.column) + columns;
        let blanks = columns.saturating_sub(text.width());
        self.to(usize::from(self.column) + blanks).field(text, columns - blanks, style).to(end)
    }

    /// Goes on at a column, but never back.
    pub(super) fn to(&mut self, column: usize) -> &mut Self {
        self.column = cells(column).clamp(self.column, self.line.width.max(self.column));
        self
    }

    /// Writes a text at the right edge, over what may stand there.
    pub(super) fn at_edge(&mut self, text: &SafeText, style: Style) {
        let text = text.fit(usize::from(self.line.width));
        let start = usize::from(self.line.width) - text.width().min(usize::from(self.line.width));
        write_cells(self.buf, (self.line.x + cells(start), self.line.y), text.painted(), style);
    }

    /// Writes JSON, coloured by type, cut with `…` at the end of the line.
    pub(super) fn literal(&mut self, text: &SafeText, look: &Look) -> &mut Self {
        self.literal_on(text, &mut false, look)
    }

    /// The same of a line that may begin inside of a string.
    pub fn literal_on(&mut self, text: &SafeText, inside: &mut bool, look: &Look) -> &mut Self {
        let text = text.fit(self.room());
        for (token, piece) in literal::tokens(text.painted(), inside) {
            self.write(piece, token.style(&look.theme));
        }
        self
    }

    /// Writes what came, changed and went, each in the colour of its sign: `+1 ~2 -1`, `+50 (+42.4%)`.
    pub(super) fn signs(&mut self, text: &SafeText, style: Style, look: &Look) -> &mut Self {
        let text = text.fit(self.room());
        let mut style = style;
        for piece in text.painted().split_inclusive(' ') {
            style = Sign::all()
                .into_iter()
                .find(|sign| piece.starts_with(sign.word()))
                .map_or(style, |sign| look.theme.sign(sign));
            // A blank has no line below it.
            let words = piece.trim_end_matches(' ');
            self.write(words, style).write(&piece[words.len()..], Style::new());
        }
        self
    }

    /// Writes a note, the blanks before it without its style.
    pub(super) fn note(&mut self, note: &SafeText, style: Style) -> &mut Self {
        let blanks = note.painted().len() - note.painted().trim_start_matches(' ').len();
        self.text(&note.prefix(blanks), Style::new()).text(&note.tail(note.width() - blanks), style)
    }

    /// Marks what is searched for in some columns; on the band of the selected row it is underlined.
    pub(super) fn mark(&mut self, columns: Range<usize>, needles: &[Needle], look: &Look, selected: bool) {
        let columns = cells(columns.start)..cells(columns.end).min(self.line.width);
        let style = if selected { Style::new().add_modifier(Modifier::UNDERLINED) } else { look.theme.hit };
        let (mut text, mut places) = (String::new(), Vec::new());
        let mut column = columns.start;
        while column < columns.end {
            let symbol = self.buf[(self.line.x + column, self.line.y)].symbol();
            places.push((text.len(), column));
            text.push_str(&unmarked(symbol));
            column += cells(width(symbol).max(1));
        }
        for found in needles.iter().flat_map(|needle| needle.places(&text)) {
            for (_, column) in places.iter().filter(|(at, _)| found.contains(at)) {
                self.buf[(self.line.x + column, self.line.y)].set_style(style);
            }
        }
    }

    /// Makes the line the selected one: one band, whatever is written there.
    pub(super) fn select(&mut self, look: &Look, focus: Focus) {
        let style = if focus == Focus::Here { look.theme.cursor } else { look.theme.selected };
        band(style, self.line, self.buf);
    }
}

/// Whether a line of JSON ends inside of a string, where it begins inside of one, or outside.
pub fn ends_in_string(text: &SafeText, mut inside: bool) -> bool {
    literal::tokens(text.painted(), &mut inside);
    inside
}

/// As [`Buffer::set_string`], which asks the tables of Unicode about every character.
pub fn write_cells(buf: &mut Buffer, (mut x, y): (u16, u16), text: &str, style: Style) {
    let end = buf.area.right();
    for letter in letters(text) {
        if !letter.is_plain {
            let (next, _) = buf.set_stringn(x, y, letter.text, usize::MAX, style);
            // What has no room ends the text.
            if next == x && letter.columns > 0 && !letter.text.contains(char::is_control) {
                return;
            }
            x = next;
        } else if x < end {
            buf[(x, y)].set_symbol(letter.text).set_style(style);
            x += 1;
        } else {
            return;
        }
    }
}

/// Columns between a name and its value.
const GAP: usize = 2;

/// Blank cells that a row has no use for while its value is cut.
const UNUSED: usize = 8;

/// How a row is shared by a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NameColumn {
    /// Columns of the name.
    pub name: usize,
    /// Where the value begins.
    pub value: usize,
}

impl NameColumn {
    /// In so many columns, beside names of which the longest has `names`, of a name and a value that would take `needs`. The value
    /// stands below those beside it, at most half way; but a name takes what its value leaves, and a value that would be cut
    /// begins earlier than to leave cells blank.
    pub(super) fn of(room: usize, names: usize, (name, value): (usize, usize)) -> Self {
        let names = names.min(room / 2);
        let name = name.min(names.max(room.saturating_sub(value + GAP)));
        let is_cut = names + GAP + value > room && names >= name + UNUSED - GAP;
        Self { name, value: if is_cut { name } else { names.max(name) } + GAP }
    }
}

/// Columns that a value which is cut keeps beside its note.
const LEAST_VALUE: usize = 16;

/// The longest form of a note that has room beside a value of so many columns: all of it, all but the share in brackets at its
/// end, or nothing. Part of a difference would be another number, and so would part of a number beside its difference.
pub(super) fn note_beside(value: usize, note: SafeText, room: usize) -> SafeText {
    let has_room = |note: &SafeText| value + note.width() <= room || value > room && note.width() + LEAST_VALUE <= room;
    let brief = note.before('(');
    [note, brief].into_iter().find(has_room).unwrap_or_default()
}

/// Fewer columns hold no line that goes on.
pub(super) const LEAST_LINE: usize = 16;

/// Lines for each row beside its own one, of those that no row needs: whole for those that changed, then for others, the ones that
/// want least before; what is left goes to one after the other. Whichever is selected: no row moves as the selection does.
pub(super) fn share_lines(wanted: &[usize], is_changed: impl Fn(usize) -> bool, mut spare: usize) -> Vec<usize> {
    let mut more = vec![0; wanted.len()];
    let mut order: Vec<usize> = (0..wanted.len()).filter(|at| wanted[*at] > 0).collect();
    order.sort_by_key(|at| (!is_changed(*at), wanted[*at]));
    for at in &order {
        if wanted[*at] <= spare {
            more[*at] = wanted[*at];
            spare -= more[*at];
        }
    }
    while spare > 0 && order.iter().any(|at| more[*at] < wanted[*at]) {
        for at in &order {
            let one = usize::from(more[*at] < wanted[*at] && spare > 0);
            (more[*at], spare) = (more[*at] + one, spare - one);
        }
    }
    more
}

/// Puts a band over cells: they lose their own colours where it has one for text, or turns them round.
pub fn band(style: Style, area: Rect, buf: &mut Buffer) {
    if style.fg.is_some() || style.add_modifier.contains(Modifier::REVERSED) {
        buf.set_style(area, Style::reset());
    }
    buf.set_style(area, style);
}

/// Columns as the buffer counts them.
pub(super) fn cells(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// A border with its title on the left above and a caption on the right below.
pub(super) struct TitledBorder<'a> {
    pub title: &'a SafeText,
    pub caption: &'a SafeText,
    pub focus: Focus,
}

/// Columns of a title or a caption, at most.
pub(super) fn caption_columns(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(6))
}

impl TitledBorder<'_> {
    /// Paints the border and answers the inside.
    pub(super) fn paint(&self, look: &Look, area: Rect, buf: &mut Buffer) -> Rect {
        let area = area.intersection(buf.area);
        let room = caption_columns(area);
        let here = self.focus == Focus::Here;
        let plain = Style::new().fg(look.theme.text.fg.unwrap_or(Color::Reset));
        let style = if here { look.theme.focus } else { plain.patch(look.theme.strong) };
        let border = if here { look.theme.focus } else { look.theme.border };
        let mut block = Block::bordered().style(look.theme.text).border_style(border);
        if room > 0 {
            let title = Span::styled(joined![" ", self.title.fit(room), " "].painted().to_owned(), style);
            block = block.title_top(Line::from(vec![Span::styled("─", border), title]));
        }
        if !self.caption.is_empty() && room > 0 {
            let caption = Span::styled(joined![" ", self.caption.fit(room), " "].painted().to_owned(), look.theme.dim);
            block = block.title_bottom(Line::from(vec![caption, Span::styled("─", border)]).right_aligned());
        }
        let inside = inside(area);
        block.render(area, buf);
        inside
    }
}

/// What a border leaves.
pub(super) fn inside(area: Rect) -> Rect {
    Block::bordered().inner(area)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::text::MARK;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_are_those_of_the_library(
            text in "([ -~…·│日é🦀ﾞ\u{301}\u{fe0f}\u{200d}\n\u{1b}]\u{fe0e}?){0,12}",
            at in 0..12_u16,
        ) {
            let area = Rect::new(2, 1, 9, 1);
            let (mut ours, mut theirs) = (Buffer::empty(area), Buffer::empty(area));
            let style = Style::new().fg(Color::Red);
            let x = area.x + at.min(area.width - 1);
            write_cells(&mut ours, (x, area.y), &text, style);
            theirs.set_string(x, area.y, &text, style);
            prop_assert!(ours == theirs, "{text:?} {ours:?} {theirs:?} {MARK:?}");
        }
    }
}
