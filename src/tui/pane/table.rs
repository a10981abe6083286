//! Paints a table: a heading, then one line for each row. Columns of little importance go first where there is too little
//! room.

use super::pen::{Pen, TitledBorder, inside};
use super::{Focus, Look};
use crate::tui::frame_map::ListMap;
use crate::tui::glyphs::POINTER;
use crate::view::needle::Needle;
use crate::view::snapshots::sign;
use crate::view::table::{ColumnContent, Lean, RowTone, Table, TableColumn, TableRow};
use crate::view::text::{SafeText, width};
use crate::view::timeline::TimelineMark;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::ops::Range;

/// Columns between two texts.
const GAP: usize = 2;
/// Columns of the pointer and the sign before the first text.
const SIGN: usize = 3;
/// No text but the last column's is shown longer, where others need the room.
const LONGEST: usize = 40;

/// Rows that fit into an area with its border and heading.
pub fn height(area: Rect) -> usize {
    usize::from(inside(area).height.saturating_sub(1))
}

/// Paints it with its border, and with what is searched for marked in its words.
pub fn paint(
    table: &Table,
    (title, needles): (&SafeText, &[Needle]),
    (look, focus): (&Look, Focus),
    area: Rect,
    buf: &mut Buffer,
) -> ListMap {
    let inner = TitledBorder { title, caption: &table.position, focus }.paint(look, area, buf);
    let at = ListMap::new(inner, 1, table.rows.iter().position(|row| row.selected));
    if table.rows.is_empty() {
        put_lines(&table.empty, look.theme.text, inner, buf);
        return at;
    }
    let columns = TableColumns::of(table, usize::from(inner.width));
    if let Some(mut pen) = Pen::new(buf, inner, 0) {
        pen.to(SIGN);
        columns.put(&mut pen, |at| (table.columns[at].title.into(), ColumnContent::Plain), (look.theme.dim, look));
    }
    for (line, row) in table.rows.iter().enumerate() {
        let Some(pen) = Pen::new(buf, inner, line + 1) else { break };
        paint_row(row, (&columns, needles), (look, focus), pen);
    }
    at
}

/// Lines of text below each other, wrapped at the edge.
fn put_lines(lines: &[SafeText], style: Style, area: Rect, buf: &mut Buffer) {
    let columns = usize::from(area.width.saturating_sub(2));
    for (at, line) in lines.iter().flat_map(|line| line.wrap(columns)).enumerate() {
        let Some(mut pen) = Pen::new(buf, area, at) else { break };
        pen.put(" ", style).text(&line, style);
    }
}

/// A style for how something is meant.
pub fn style(tone: RowTone, look: &Look) -> Style {
    match tone {
        RowTone::Plain => look.theme.text,
        RowTone::Strong => look.theme.strong,
        RowTone::Dim => look.theme.dim,
        RowTone::Bad => look.theme.failure,
    }
}

/// Of a sign: snapshots look here as they do on the timeline.
fn sign_style(row: &TableRow, look: &Look) -> Style {
    let is_snapshot = [TimelineMark::Named, TimelineMark::Checkpoint, TimelineMark::Auto].map(sign).contains(&row.sign);
    if is_snapshot { look.theme.snapshot } else { style(row.tone, look) }
}

fn paint_row(
    row: &TableRow,
    (columns, needles): (&TableColumns<'_>, &[Needle]),
    (look, focus): (&Look, Focus),
    mut pen: Pen<'_>,
) {
    let selected = row.selected;
    let text = style(row.tone, look);
    pen.put(if selected && focus == Focus::Here { POINTER } else { " " }, look.theme.strong)
        .put(row.sign, sign_style(row, look))
        .to(SIGN);
    let is_coloured = matches!(row.tone, RowTone::Plain | RowTone::Strong);
    let content = |at: usize| if is_coloured { columns.all[at].content } else { ColumnContent::Plain };
    columns.put(&mut pen, |at| (row.cells.get(at).cloned().unwrap_or_default(), content(at)), (text, look));
    if selected {
        pen.select(look, focus);
    }
    if !needles.is_empty() {
        columns.words().for_each(|words| pen.mark(words, needles, look, selected));
    }
}

/// Takes out the column of the highest rank until the rest fits; those of rank 0 stay.
fn drop_until(shown: &mut Vec<(usize, usize)>, fits: impl Fn(&[(usize, usize)]) -> bool, rank: impl Fn(usize) -> u8) {
    while !fits(shown) {
        let Some(last) = (0..shown.len()).max_by_key(|place| rank(shown[*place].0)) else { break };
        if rank(shown[last].0) == 0 {
            break;
        }
        shown.remove(last);
    }
}

/// Columns of a higher rank tell what others tell too.
const TOLD_TWICE: u8 = 3;

/// The columns that are shown, with their widths.
struct TableColumns<'a> {
    all: &'a [TableColumn],
    shown: Vec<(usize, usize)>,
}

impl<'a> TableColumns<'a> {
    fn of(table: &'a Table, room: usize) -> Self {
        let longest = |at: usize| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(at)).map(SafeText::width);
            cells.max().unwrap_or(0).min(LONGEST).max(width(table.columns[at].title))
        };
        let filled = |at: &usize| table.rows.iter().any(|row| row.cells.get(*at).is_some_and(|cell| !cell.is_empty()));
        let places = (0..table.columns.len()).filter(|at| table.columns[*at].rank == 0 || filled(at));
        let least = |at: usize| match table.columns[at].least {
            0 => longest(at),
            least => longest(at).min(least),
        };
        let needs = |shown: &[(usize, usize)]| SIGN + shown.iter().map(|(_, width)| width + GAP).sum::<usize>();
        let mut shown: Vec<(usize, usize)> = places.map(|at| (at, longest(at))).collect();
        drop_until(
            &mut shown,
            |shown| needs(shown) <= room + GAP,
            |at| table.columns[at].rank.saturating_sub(TOLD_TWICE),
        );
        shown.iter_mut().for_each(|(at, columns)| *columns = least(*at));
        drop_until(&mut shown, |shown| needs(shown) <= room + GAP, |at| table.columns[at].rank);
        // What is left of the room goes to texts that are longer than others leave them.
        let mut spare = (room + GAP).saturating_sub(needs(&shown));
        for (at, columns) in &mut shown {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(*at)).map(SafeText::width);
            let more = cells.max().unwrap_or(0).saturating_sub(*columns).min(spare);
            *columns += more;
            spare -= more;
        }
        Self { all: table.columns, shown }
    }

    /// Where the columns of words are.
    fn words(&self) -> impl Iterator<Item = Range<usize>> {
        let mut start = SIGN;
        let places = self.shown.iter().map(move |(at, width)| {
            let place = start..start + width;
            start = place.end + GAP;
            (*at, place)
        });
        places.filter(|(at, _)| self.all[*at].lean == Lean::Left).map(|(_, place)| place)
    }

    fn put(&self, pen: &mut Pen<'_>, text: impl Fn(usize) -> (SafeText, ColumnContent), (style, look): (Style, &Look)) {
        let last = self.shown.len().saturating_sub(1);
        for (place, (at, width)) in self.shown.iter().enumerate() {
            let (text, content) = text(*at);
            let start = pen.column();
            let text = match self.all[*at].lean {
                Lean::Right => text.fit(*width),
                Lean::Left => text.fit_telling(if place == last { pen.room() } else { *width }),
            };
            if self.all[*at].lean == Lean::Right {
                pen.to(start + width.saturating_sub(text.width()));
            }
            match content {
                ColumnContent::Plain => pen.text(&text, style),
                ColumnContent::Values => pen.literal(&text, look),
                ColumnContent::Signs => pen.signs(&text, style, look),
            };
            if place < last {
                pen.to(start + width).put("  ", style);
            }
        }
    }
}
