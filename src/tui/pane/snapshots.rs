//! Paints the snapshots list.

use super::pen::{Pen, TitledBorder, inside};
use super::timeline::mark_sign;
use super::{Focus, Look, Title};
use crate::tui::frame_map::ListMap;
use crate::tui::glyphs::POINTER;
use crate::view::needle::Needle;
use crate::view::snapshots::{SnapshotRow, Snapshots};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows of the list that fit into an area with its border and heading.
pub fn height(area: Rect) -> usize {
    usize::from(inside(area).height.saturating_sub(1))
}

/// Columns of the sign before the name.
const SIGN: usize = 2;

/// Columns of names and numbers.
struct SnapshotColumns {
    name: usize,
    number: usize,
}

impl SnapshotColumns {
    fn of(rows: &[SnapshotRow], room: usize) -> Self {
        let name = rows.iter().map(|row| row.name().width()).max().unwrap_or(0);
        let number = rows.iter().map(|row| row.number().width()).max().unwrap_or(0).max(2);
        let most = room.saturating_sub(number + 10).max(6);
        Self { name: name.clamp(4, most), number }
    }
}

/// Paints the list with its border.
pub fn paint(snapshots: &Snapshots, title: &Title, look: &Look, focus: Focus, area: Rect, buf: &mut Buffer) -> ListMap {
    let inner = TitledBorder { title: &title.words(focus), caption: &snapshots.position, focus }.paint(look, area, buf);
    let columns = SnapshotColumns::of(&snapshots.rows, usize::from(inner.width));
    let at = ListMap::new(inner, 1, snapshots.rows.iter().position(|row| row.selected));
    let Some(mut pen) = Pen::new(buf, inner, 0) else { return at };
    if snapshots.rows.is_empty() && snapshots.position.is_empty() {
        pen.put("  none yet; s makes one", look.theme.dim);
        return at;
    }
    pen.put("  ", look.theme.dim).field(&"name".into(), columns.name, look.theme.dim).put("  ", look.theme.dim);
    pen.right_field(&"at".into(), columns.number, look.theme.dim).put("  tags", look.theme.dim);
    for (line, row) in snapshots.rows.iter().enumerate() {
        let Some(pen) = Pen::new(buf, inner, line + 1) else { break };
        paint_row(row, &columns, &snapshots.needles, (look, focus), pen);
    }
    at
}

fn paint_row(
    row: &SnapshotRow,
    columns: &SnapshotColumns,
    needles: &[Needle],
    (look, focus): (&Look, Focus),
    mut pen: Pen<'_>,
) {
    let selected = row.selected && focus == Focus::Here;
    let (sign, sign_style) = if selected { (POINTER, look.theme.strong) } else { mark_sign(row.mark(), look) };
    let style = if row.current { look.theme.strong } else { look.theme.text };
    pen.put(sign, sign_style).put(" ", style).field(&row.name(), columns.name, style).put("  ", style);
    pen.right_field(&row.number(), columns.number, style).put("  ", style).text(&row.tags(), look.theme.text);
    let end = pen.column();
    if selected {
        pen.select(look, Focus::Here);
    }
    let tags = SIGN + columns.name + 2 + columns.number + 2;
    for marked in [SIGN..SIGN + columns.name, tags..end] {
        pen.mark(marked, needles, look, selected);
    }
}
