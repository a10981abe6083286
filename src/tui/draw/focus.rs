//! Where the terminal's own cursor is while no line is being typed: on the focused row. Screen readers follow it.

use crate::tui::app::{App, Session, View};
use crate::tui::glyphs::{CURSOR, POINTER};
use crate::tui::pane::layout::{self, Pane};
use crate::tui::pane::{changes, diff, snapshots, transitions, tree};
use crate::view;
use crate::view::transitions::When;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Block;

/// The beginning of the focused row; where nothing is open, the row that is pointed at, else the upper left corner.
pub fn focused(app: &App, buf: &Buffer) -> Position {
    let row = app.session().and_then(|session| match app.workspace.view {
        View::Debug => in_debug(app, session, buf),
        View::Diff => in_diff(session, layout::diff(app.area).diff),
        View::Find if app.is_typing_find() => super::lists::find::cursor(session, app.list_areas().input),
        _ => pointed_in(app.list_rows_area(), buf),
    });
    row.filter(|at| buf.area.contains(*at)).or_else(|| pointed_at(buf)).unwrap_or_default()
}

fn in_debug(app: &App, session: &Session, buf: &Buffer) -> Option<Position> {
    let areas = app.debug_areas();
    match app.focus {
        Pane::Timeline => {
            let (timeline, inner) = app.strip()?;
            let x = inner.x + u16::try_from(timeline.cursor?).ok()?;
            let drawn = |y: &u16| buf.cell((x, *y)).is_some_and(|cell| cell.symbol() == CURSOR);
            Some(Position::new(x, (inner.y..inner.bottom()).find(drawn).unwrap_or(inner.y)))
        }
        Pane::Transitions => {
            let height = transitions::height(areas.transitions, app.headed());
            let rows = session.transitions(height).rows;
            let here = rows.iter().position(|row| row.when == When::Cursor);
            at_row(areas.transitions, here.map(|row| row + usize::from(app.headed())))
        }
        Pane::Snapshots => {
            let height = snapshots::height(areas.snapshots);
            let (history, filter) = (session.history(), &session.lists.filter);
            let rows = view::snapshots::snapshots(&history, &session.snapshots, filter, session.cursor, height).rows;
            // Below the names of the columns.
            at_row(areas.snapshots, rows.iter().position(|row| row.selected).map(|row| row + 1))
        }
        Pane::State => {
            let height = tree::height(areas.state);
            let rows = session.tree.rows(height);
            at_row(areas.state, rows.iter().position(|row| row.selected))
        }
        Pane::Changes => in_changes(session, areas.changes),
    }
}

fn in_changes(session: &Session, area: Rect) -> Option<Position> {
    let inner = Block::bordered().inner(area);
    let height = changes::height(&session.changes, area);
    let lines = session.changes.lines(usize::from(inner.width), height);
    let above = usize::from(inner.height).saturating_sub(height);
    at_row(area, lines.iter().position(|line| line.selected).map(|line| line + above))
}

fn in_diff(session: &Session, area: Rect) -> Option<Position> {
    at_row(area, session.difftree.rows(diff::height(area)).iter().position(|row| row.selected))
}

/// The beginning of a row inside a border; of the first row where none is selected.
fn at_row(area: Rect, row: Option<usize>) -> Option<Position> {
    let inner = Block::bordered().inner(area);
    let row = u16::try_from(row.unwrap_or(0)).ok()?;
    (row < inner.height).then(|| Position::new(inner.x, inner.y + row))
}

/// The row of a list that is pointed at.
fn pointed_in(area: Rect, buf: &Buffer) -> Option<Position> {
    let inner = Block::bordered().inner(area).intersection(buf.area);
    let pointed = |y: &u16| buf.cell((inner.x, *y)).is_some_and(|cell| cell.symbol() == POINTER);
    (inner.y..inner.bottom()).find(pointed).map(|y| Position::new(inner.x, y))
}

fn pointed_at(buf: &Buffer) -> Option<Position> {
    let at = buf.content.iter().position(|cell| cell.symbol() == POINTER)?;
    Some(buf.pos_of(at).into())
}
