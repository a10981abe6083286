//! Paints the state tree.
//!
//! ```text
//! │▾ state            {5}      3.0 KB  ~  │   name, value, note, what changed
//! │▶ ▾ sessions       {150}   +50      ~  │   the cursor
//! │    ▸ s-0001       {4} idle         ~  │
//! ```

use super::pen::{Frame, Pen, inside};
use super::{Focus, Look, Title};
use crate::tui::glyphs::{CLOSED, OPEN, POINTER};
use crate::view::blame::{Writer, Writers};
use crate::view::text::{SafeText, joined};
use crate::view::tree::{Tree, TreeRow, Twist};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Where values start, unless names need more, or who wrote them needs the room.
const VALUES: usize = 19;
/// Columns left for a value beside who wrote it.
const VALUE: usize = 14;
/// Columns of the gutter at the right.
const GUTTER: usize = 3;
/// Most columns of who wrote it.
const WRITER: usize = 22;

/// Rows that fit into an area with its border.
pub fn height(area: Rect) -> usize {
    usize::from(inside(area).height)
}

/// Paints the tree with its border; `title` is `State at B`, or the tabs of a narrow screen; `place` says where the cursor is,
/// `writers` who wrote what.
pub fn paint(
    (tree, place, writers): (&Tree, &str, Option<&Writers>),
    title: &Title,
    (look, focus): (&Look, Focus),
    area: Rect,
    buf: &mut Buffer,
) {
    let hits = tree.hit_words();
    let caption = if hits.is_empty() { place.to_owned() } else { format!("{hits} · {place}") };
    let inner = Frame { title: &title.words(focus), caption: &caption, focus }.paint(look, area, buf);
    let rows = tree.rows(usize::from(inner.height));
    let writer = |row: &TreeRow| writers.and_then(|writers| writers.writer(&row.path));
    let longest = |width: fn(&Writer) -> usize| rows.iter().filter_map(writer).map(width).max().unwrap_or(0);
    let room = usize::from(inner.width);
    let column = longest(Writer::width).min(WRITER.min(room / 3).max(longest(Writer::least).min(room / 2)));
    // Who wrote it takes its room from the blanks before the values.
    let least = if column > 0 { VALUES.min(room.saturating_sub(GUTTER + column + VALUE)) } else { VALUES };
    let values = values_column(&rows, room, least);
    for (line, row) in rows.iter().enumerate() {
        let Some(pen) = Pen::new(buf, inner, line) else { break };
        paint_row(row, (values, column, writer(row)), (look, focus), pen);
    }
}

/// Whether a column of the screen, in a row of the tree, is the sign that opens or closes its row.
pub fn is_twist(tree: &Tree, area: Rect, line: usize, column: u16) -> bool {
    let rows = tree.rows(height(area));
    let Some(row) = rows.get(line).filter(|row| row.twist != Twist::Leaf) else { return false };
    let start = usize::from(inside(area).x) + indent(row);
    row.twist == Twist::Fold || (start..=start + 1).contains(&usize::from(column))
}

/// The column of values: as far right as the longest name needs, at most half of the pane.
fn values_column(rows: &[TreeRow], room: usize, least: usize) -> usize {
    let named = rows.iter().filter(|row| row.twist != Twist::Fold);
    let longest = named.map(|row| indent(row) + 3 + row.key.width()).max().unwrap_or(0);
    longest.clamp(least.min(room / 2), (room / 2).max(VALUES.min(room)))
}

fn indent(row: &TreeRow) -> usize {
    // However deep, the value keeps its place on the screen.
    (row.depth * 2).min(40)
}

fn paint_row(
    row: &TreeRow,
    (values, column, writer): (usize, usize, Option<&Writer>),
    (look, focus): (&Look, Focus),
    mut pen: Pen<'_>,
) {
    let room = pen.room();
    let text = look.theme.text;
    let pointed = row.selected && indent(row) > 0;
    pen.put(if pointed { POINTER } else { "" }, look.theme.strong).to(indent(row));
    pen.put(twist(row), text).put(" ", text);
    if row.twist == Twist::Fold {
        pen.text(&row.key, look.theme.dim);
    } else {
        paint_value(row, (values, column), look, &mut pen);
        if column > 0 {
            let place = pen.to(room.saturating_sub(GUTTER + column));
            writer.into_iter().for_each(|writer| _ = place.text_field(&writer.words(column), column, look.theme.dim));
        }
    }
    if let Some(sign) = row.sign {
        let mut edge = [0; 4];
        pen.to(room.saturating_sub(GUTTER)).put("", text);
        let sign_text = sign.char().encode_utf8(&mut edge);
        pen.at_edge(&format!(" {sign_text} "), look.theme.sign(sign));
    }
    if row.selected {
        pen.select(look, focus);
    }
}

fn paint_value(row: &TreeRow, (values, writer): (usize, usize), look: &Look, pen: &mut Pen<'_>) {
    let gutter = if writer > 0 { GUTTER + writer + 1 } else { usize::from(row.sign.is_some()) * GUTTER };
    let shown = SafeText::join([row.value.clone(), row.preview.clone()], " ");
    // A long name takes what its own value leaves; then it is cut in its middle.
    let room = pen.room().saturating_sub(gutter);
    let needed = row.note.width() + usize::from(!row.note.is_empty()) * 3 + shown.width();
    let column = values.saturating_sub(indent(row) + 3).max(4);
    let name = column.max(row.key.width().min(room.saturating_sub(needed + 1)));
    pen.text_field(&row.key.fit_middle(name), name, look.theme.key).put(" ", look.theme.text).to(values);
    let note = row.note.width() + usize::from(!row.note.is_empty()) * 3;
    let room = pen.room().saturating_sub(gutter);
    let value = room.saturating_sub(note).max(room.min(8));
    pen.literal(&shown.fit(value), look);
    if !row.note.is_empty() {
        let note = joined!["   ", &row.note];
        let style = if row.sign.is_some() { look.theme.changed } else { look.theme.dim };
        pen.text(&note.fit(room.saturating_sub(value.min(shown.width()))), style);
    }
}

fn twist(row: &TreeRow) -> &'static str {
    match row.twist {
        Twist::Open => OPEN,
        Twist::Closed => CLOSED,
        Twist::Leaf | Twist::Fold => " ",
    }
}
