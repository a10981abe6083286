//! Labels of single versions: all of them where each has room, else of those that people look for.

use super::layout::{ColumnScale, WindowCell, WindowLayout};
use super::{Label, TimelineColumn, TimelineQuery};
use crate::history::History;
use crate::record::{SnapshotKind, Version};
use crate::view::text::{SafeText, joined};
use std::cmp::Reverse;

/// A version needs so many columns for its label, with a blank behind it, where all are told.
const ROOM_FOR_NAME: usize = 10;
/// Columns of a label that is one of some, at least: those of shorter pieces tell nothing beside each other.
const LEAST_NAME: usize = 16;

/// Labels in one row, and in two where one would not do.
type NameRows = (Vec<Label>, [Vec<Label>; 2]);

/// Labels of single versions, where each has room for one; the last one goes on to the edge. Where some are cut, also in two rows.
pub(super) fn names(history: &History, layout: &WindowLayout, width: usize) -> NameRows {
    let wide = layout.wide();
    if wide < ROOM_FOR_NAME {
        return NameRows::default();
    }
    let names: Vec<SafeText> = layout.cells.iter().map(|cell| name(history, cell)).collect();
    // What has no name of its own leaves its columns to the one before.
    let named: Vec<usize> = (0..names.len()).filter(|at| !names[*at].is_empty()).collect();
    let row = |cells: &[usize]| row(cells, (&names, &|cell| cell * wide), width);
    let one = row(&named);
    let is_cut = named.iter().zip(&one).any(|(at, label)| label.text != names[*at]);
    let two = [0, 1].map(|from| named.iter().copied().skip(from).step_by(2).collect::<Vec<_>>());
    (one, if is_cut { two.map(|cells| row(&cells)) } else { Default::default() })
}

/// Labels of some, where each version has columns of its own, but too few for a label: of the cursor, A and B, then of snapshots that
/// people named, then of what changed most. Where two rows hold more than one, also in two.
pub(super) fn some_names(
    history: &History,
    (layout, columns): (&WindowLayout, &[TimelineColumn]),
    ask: &TimelineQuery,
    width: usize,
) -> NameRows {
    let wide = layout.wide();
    if wide >= ROOM_FOR_NAME || !matches!(layout.scale, ColumnScale::ColumnsPerVersion(_)) {
        return NameRows::default();
    }
    let names: Vec<SafeText> = layout.cells.iter().map(|cell| name(history, cell)).collect();
    let cell = |version: Version| layout.column_of(version.0).map(|column| column / wide);
    let looked_at: Vec<usize> = [ask.cursor, ask.ends.a, ask.ends.b].into_iter().filter_map(cell).collect();
    let needs = |cell: usize| names[cell].width().min(LEAST_NAME);
    // What is looked at ends at the edge where it has no room behind its column.
    let most = |cell: usize| if looked_at.contains(&cell) { width.saturating_sub(needs(cell)) } else { usize::MAX };
    let column = |cell: usize| (cell * wide).min(most(cell));
    let order = by_importance(history, (layout, columns), &looked_at);
    let order: Vec<usize> = order.into_iter().filter(|cell| !names[*cell].is_empty()).collect();
    let chosen = |rows: usize| choose(&order, rows, |cell| (column(cell), needs(cell)), width);
    let told = |cells: &Vec<usize>| row(cells, (&names, &column), width);
    let (one, two) = (chosen(1), chosen(2));
    let rows = |rows: &[Vec<usize>]| [0, 1].map(|at| rows.get(at).map(told).unwrap_or_default());
    let [first, _] = rows(&one);
    (first, if two[1].is_empty() { Default::default() } else { rows(&two) })
}

fn name(history: &History, cell: &WindowCell) -> SafeText {
    history.info(Version(cell.chosen)).map(|info| SafeText::data(info.label.trim())).unwrap_or_default()
}

/// The cells of a layout, those first whose labels are told first.
fn by_importance(
    history: &History,
    (layout, columns): (&WindowLayout, &[TimelineColumn]),
    looked_at: &[usize],
) -> Vec<usize> {
    let wide = layout.wide();
    let snapshots = history.marks().within(layout.span()).iter();
    let named = snapshots.filter(|snapshot| snapshot.kind == SnapshotKind::Named);
    let named: Vec<usize> = named.filter_map(|snapshot| Some(layout.column_of(snapshot.version.0)? / wide)).collect();
    let height = |cell: usize| columns.get(cell * wide).map_or(0, |column| column.levels[0]);
    let mut order: Vec<usize> = (0..layout.cells.len()).collect();
    order.sort_by_key(|cell| {
        let looked_at = looked_at.iter().position(|other| other == cell);
        (looked_at.unwrap_or(usize::MAX), !named.contains(cell), Reverse(height(*cell)))
    });
    order
}

/// Which cells have their labels in which of so many rows, each with as many columns as `place` says beside its first; from left to right.
/// One that has no room in any row is left out.
fn choose(order: &[usize], rows: usize, place: impl Fn(usize) -> (usize, usize), width: usize) -> Vec<Vec<usize>> {
    let mut chosen = vec![Vec::new(); rows];
    for cell in order {
        let (column, needs) = place(*cell);
        let is_beside = |other: &usize| {
            let (begins, takes) = place(*other);
            column + needs < begins || begins + takes < column
        };
        let free = |row: &&mut Vec<usize>| column + needs <= width && row.iter().all(is_beside);
        if let Some(row) = chosen.iter_mut().find(free) {
            row.push(*cell);
        }
    }
    chosen.iter_mut().for_each(|row| row.sort_unstable_by_key(|cell| place(*cell).0));
    chosen
}

/// The labels of cells in one row, each from its column up to the next; the last one ends at the edge, and begins before its column
/// where it is too long.
fn row(cells: &[usize], (names, column): (&[SafeText], &dyn Fn(usize) -> usize), width: usize) -> Vec<Label> {
    let ends = cells.iter().skip(1).map(|next| column(*next) - 1).chain([width]);
    let label = |(at, end): (&usize, usize)| {
        let column = column(*at);
        Label { column, text: within(&names[*at], names, end.saturating_sub(column)) }
    };
    let mut row: Vec<Label> = cells.iter().zip(ends).map(label).collect();
    if let (Some(at), Some(last)) = (cells.last(), row.pop()) {
        let free = row.last().map_or(0, |before| before.column + before.text.width() + 1);
        let column = last.column.min(width.saturating_sub(names[*at].width())).max(free.min(last.column));
        row.push(Label { column, text: within(&names[*at], names, width.saturating_sub(column)) });
    }
    row
}

/// A label in so many columns: of one that begins like others what tells it from them, behind as much of its beginning as
/// there is room for.
fn within(name: &SafeText, names: &[SafeText], columns: usize) -> SafeText {
    let told = name.fit_from_others(names.iter(), columns);
    let spare = columns.saturating_sub(told.width());
    if !told.painted().starts_with('…') || spare == 0 {
        return told;
    }
    let mut begins = SafeText::default();
    for letter in name.letters() {
        if begins.width() + letter.width() > spare {
            break;
        }
        begins = joined![begins, letter];
    }
    joined![begins, told]
}
