//! Where the panes are, for each size of the terminal. An area that is not shown is empty.

use super::pen::cells;
use super::timeline::Dress;
use crate::tui::frame_map::Pane;
use ratatui::layout::Rect;

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutRoom {
    /// Under 60x16: a line that says so.
    TooSmall,
    /// 60 to 79 columns, or under 24 rows: one pane.
    One,
    /// 80 to 119 columns, or under 30 rows: two panes, one of them with tabs.
    Two,
    /// 120 columns and 30 rows or more: all panes.
    All,
}

/// The areas of the Debug view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DebugAreas {
    /// The header line.
    pub header: Rect,
    /// The strip.
    pub timeline: Rect,
    pub transitions: Rect,
    pub snapshots: Rect,
    /// The state tree.
    pub state: Rect,
    pub changes: Rect,
    /// The message line.
    pub message: Rect,
    /// The hint line.
    pub hints: Rect,
}

/// The areas of the Diff view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DiffAreas {
    /// The header line.
    pub header: Rect,
    /// The strip: density and marks.
    pub timeline: Rect,
    /// The summary line.
    pub summary: Rect,
    pub diff: Rect,
    /// The transitions, in room that the differences leave.
    pub transitions: Rect,
    /// The message line.
    pub message: Rect,
    /// The hint line.
    pub hints: Rect,
}

impl LayoutRoom {
    /// What fits.
    pub fn of(area: Rect) -> Self {
        match (area.width, area.height) {
            (..60, _) | (_, ..16) => Self::TooSmall,
            (..80, _) | (_, ..24) => Self::One,
            (..120, _) | (_, ..30) => Self::Two,
            _ => Self::All,
        }
    }

    /// Rows of a strip without a frame: the density and its marks, from [`TALL`] on with an axis.
    fn strip_rows(area: Rect) -> u16 {
        match area.height {
            0..16 => 0,
            16..TALL => 2,
            TALL..TALLEST => 4,
            _ => 6,
        }
    }

    /// How the Debug view's timeline is dressed.
    pub fn dress(self) -> Dress {
        if self == Self::All { Dress::Boxed } else { Dress::Titled }
    }

    fn timeline_rows(self, rows: u16) -> u16 {
        match self {
            Self::All if rows >= 60 => 15,
            Self::All if rows >= 44 => 12,
            Self::All if rows >= 36 => 10,
            Self::All => 8,
            Self::Two if rows >= 36 => 9,
            Self::Two => 7,
            Self::One if rows >= 20 => 5,
            Self::One => 3,
            Self::TooSmall => 0,
        }
    }
}

/// From so many rows on the strips of all views have an axis.
const TALL: u16 = 36;
/// From so many rows on the density has several.
const TALLEST: u16 = 60;

/// Takes `rows` off the top of what is left.
fn take(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    let taken = Rect { height: rows, ..*rest };
    *rest = Rect { y: rest.y + rows, height: rest.height - rows, ..*rest };
    taken
}

/// Takes `rows` off the bottom of what is left.
fn take_last(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    rest.height -= rows;
    Rect { y: rest.y + rest.height, height: rows, ..*rest }
}

/// Left and right part, the left `columns` wide.
fn split(area: Rect, columns: u16) -> (Rect, Rect) {
    let columns = columns.min(area.width);
    let left = Rect { width: columns, ..area };
    (left, Rect { x: area.x + columns, width: area.width - columns, ..area })
}

/// How much the Debug view has to show.
#[derive(Debug, Clone, Copy)]
pub struct DebugContent {
    /// Lanes below the timeline.
    pub lanes: usize,
    /// Rows of the list of snapshots.
    pub snapshots: usize,
    pub versions: usize,
}

/// Areas of the Debug view; where not all panes fit, the focused one is among those that are shown.
pub fn debug(area: Rect, focused: Pane, content: DebugContent) -> DebugAreas {
    let room = LayoutRoom::of(area);
    let mut rest = area;
    let header = take(&mut rest, 1);
    let hints = take_last(&mut rest, 1);
    let message = take_last(&mut rest, 1);
    // Lanes leave the panes most of the room.
    let mut rows = room.timeline_rows(area.height);
    let lanes = cells(content.lanes).min((rest.height / 2).saturating_sub(rows));
    // A short list gives the timeline a row, so that labels have two.
    let left = rest.height.saturating_sub(rows + lanes);
    rows += u16::from(room == LayoutRoom::Two && usize::from(left) > content.versions.saturating_add(LIST_FRAME));
    let timeline = take(&mut rest, if rows == 0 { 0 } else { rows + lanes });
    let areas = DebugAreas { header, timeline, message, hints, ..DebugAreas::default() };
    match room {
        LayoutRoom::All => all(areas, rest, content.snapshots, focused),
        LayoutRoom::Two => two(areas, rest, focused),
        LayoutRoom::One | LayoutRoom::TooSmall => one(areas, rest, focused),
    }
}

/// Border and heading of a list.
const LIST_FRAME: usize = 3;
/// Four panes beside each other.
const FOUR: u16 = 160;

fn all(areas: DebugAreas, rest: Rect, snapshots: usize, focused: Pane) -> DebugAreas {
    // Border, heading and rows. A list without any gives its room away, until it has the keys: then a row says so.
    let needed = match snapshots {
        0 if focused != Pane::Snapshots => 0,
        0 => 3,
        _ => cells(snapshots).saturating_add(4),
    };
    if rest.width >= FOUR && needed > rest.height / 3 {
        let (transitions, right) = split(rest, rest.width * 23 / 100);
        let (snapshots, right) = split(right, rest.width * 21 / 100);
        let (state, changes) = split(right, right.width / 2);
        return DebugAreas { transitions, snapshots, state, changes, ..areas };
    }
    let share = if rest.width >= FOUR { 46 } else { 38 };
    let (mut left, right) = split(rest, cells(usize::from(rest.width) * share / 120));
    let (state, changes) = split(right, right.width / 2);
    let most = rest.height - (rest.height * 13).div_ceil(24);
    let transitions = take(&mut left, rest.height - needed.min(most));
    DebugAreas { transitions, snapshots: left, state, changes, ..areas }
}

fn two(areas: DebugAreas, rest: Rect, focused: Pane) -> DebugAreas {
    let (transitions, right) = split(rest, cells(usize::from(rest.width) * 33 / 80));
    let shown = if matches!(focused, Pane::Timeline | Pane::Transitions) { Pane::State } else { focused };
    with(DebugAreas { transitions, ..areas }, shown, right)
}

fn one(areas: DebugAreas, rest: Rect, focused: Pane) -> DebugAreas {
    with(areas, if focused == Pane::Timeline { Pane::Transitions } else { focused }, rest)
}

fn with(areas: DebugAreas, pane: Pane, area: Rect) -> DebugAreas {
    match pane {
        Pane::Timeline => DebugAreas { timeline: area, ..areas },
        Pane::Transitions => DebugAreas { transitions: area, ..areas },
        Pane::Snapshots => DebugAreas { snapshots: area, ..areas },
        Pane::State => DebugAreas { state: area, ..areas },
        Pane::Changes => DebugAreas { changes: area, ..areas },
    }
}

/// Rows of a pane, with its border, that a message leaves it at least.
const LEAST_PANE: u16 = 3;

/// Gives a message so many rows more, from the panes that end above it; none where one of these would keep too few.
fn lift<'a>(message: &mut Rect, rows: u16, panes: impl IntoIterator<Item = &'a mut Rect>) {
    let edge = message.y;
    let mut above: Vec<&mut Rect> =
        panes.into_iter().filter(|pane| !pane.is_empty() && pane.bottom() == edge).collect();
    if above.is_empty() || above.iter().any(|pane| pane.height < rows + LEAST_PANE) {
        return;
    }
    above.iter_mut().for_each(|pane| pane.height -= rows);
    *message = Rect { y: edge - rows, height: message.height + rows, ..*message };
}

impl DebugAreas {
    /// Gives the message so many rows more.
    pub fn lift(&mut self, rows: u16) {
        let Self { timeline, transitions, snapshots, state, changes, message, .. } = self;
        lift(message, rows, [timeline, transitions, snapshots, state, changes]);
    }
}

impl ListAreas {
    /// Gives the message so many rows more.
    pub fn lift(&mut self, rows: u16) {
        let Self { list, detail, changes, message, .. } = self;
        lift(message, rows, [list, detail, changes]);
    }
}

impl DiffAreas {
    /// Gives the message so many rows more.
    pub fn lift(&mut self, rows: u16) {
        let Self { diff, transitions, message, .. } = self;
        lift(message, rows, [diff, transitions]);
    }
}

/// The same screen with one pane where all were.
pub fn alone(areas: DebugAreas, pane: Pane) -> DebugAreas {
    let panes = [areas.timeline, areas.transitions, areas.snapshots, areas.state, areas.changes];
    let all = panes.into_iter().filter(|area| !area.is_empty()).reduce(Rect::union).unwrap_or_default();
    let mut alone =
        DebugAreas { header: areas.header, message: areas.message, hints: areas.hints, ..Default::default() };
    match pane {
        Pane::Timeline => alone.timeline = all,
        Pane::Transitions => alone.transitions = all,
        Pane::Snapshots => alone.snapshots = all,
        Pane::State => alone.state = all,
        Pane::Changes => alone.changes = all,
    }
    alone
}

/// The areas of a view that is a list, with what is known of the row under its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListAreas {
    /// The header line.
    pub header: Rect,
    /// The line being typed, and what is said of it.
    pub input: Rect,
    /// The strip: density and marks.
    pub timeline: Rect,
    pub list: Rect,
    /// Beside or below it.
    pub detail: Rect,
    /// What changed.
    pub changes: Rect,
    /// The message line.
    pub message: Rect,
    /// The hint line.
    pub hints: Rect,
}

impl ListAreas {
    /// All that lists have room in.
    pub fn whole(&self) -> Rect {
        let parts = [self.list, self.detail, self.changes].into_iter().filter(|part| !part.is_empty());
        parts.reduce(Rect::union).unwrap_or_default()
    }

    /// Rows that a list of so many does not need, with its border and heading.
    fn unused(&self, rows: usize) -> u16 {
        self.list.height.saturating_sub(cells(rows).max(1).saturating_add(3))
    }

    /// The lines that every view has; the rest is the list's.
    fn frame(area: Rect) -> Self {
        let mut rest = area;
        let header = take(&mut rest, 1);
        let hints = take_last(&mut rest, 1);
        let message = take_last(&mut rest, 1);
        Self { header, list: rest, message, hints, ..Self::default() }
    }
}

/// Rows of the box about the selected row.
const DETAIL: u16 = 9;

/// From this many rows of the screen on the box has room to breathe.
const ROOMY: u16 = 30;

/// A list of so many rows over a box about its selected row, which has what the list does not need; where there is room for
/// one pane only, the list.
pub fn list(area: Rect, rows: usize) -> ListAreas {
    let least = if area.height < ROOMY { DETAIL - 1 } else { DETAIL };
    let mut areas = ListAreas::frame(area);
    areas.timeline = take(&mut areas.list, LayoutRoom::strip_rows(area));
    if LayoutRoom::of(area) != LayoutRoom::One {
        let unused = areas.unused(rows);
        areas.detail = take_last(&mut areas.list, least.max(unused));
    }
    areas
}

/// So many lines of text, wrapped in little room, over what they leave.
pub fn lines_above(area: Rect, lines: usize) -> ListAreas {
    let mut areas = ListAreas::frame(area);
    areas.timeline = take(&mut areas.list, LayoutRoom::strip_rows(area));
    let unused = areas.unused(lines + usize::from(area.width < 100));
    areas.detail = take_last(&mut areas.list, if unused < LEAST_PANE { 0 } else { unused });
    areas
}

/// A list that has all of it.
pub fn boxes(area: Rect) -> ListAreas {
    let mut areas = ListAreas::frame(area);
    areas.timeline = take(&mut areas.list, LayoutRoom::strip_rows(area));
    areas
}

/// The same below a line that says what to find; of a list whose rows are all known, what it does not need goes to the box.
pub fn find(area: Rect, rows: Option<usize>) -> ListAreas {
    let mut areas = ListAreas::frame(area);
    areas.input = take(&mut areas.list, 4);
    areas.timeline = take(&mut areas.list, if area.height >= 20 { LayoutRoom::strip_rows(area) + 1 } else { 0 });
    if LayoutRoom::of(area) != LayoutRoom::One {
        let share = (areas.list.height * 2 / 5).clamp(5, 14);
        let unused = rows.map_or(0, |rows| areas.unused(rows));
        areas.detail = take_last(&mut areas.list, share.max(unused));
    }
    areas
}

/// A list of what was found over time, below a strip that marks it, over a box about its selected row.
pub fn found(area: Rect) -> ListAreas {
    let mut areas = ListAreas::frame(area);
    areas.timeline = take(&mut areas.list, if area.height >= 20 { LayoutRoom::strip_rows(area) + 1 } else { 0 });
    if LayoutRoom::of(area) != LayoutRoom::One {
        let rows = areas.list.height * 2 / 5;
        areas.detail = take_last(&mut areas.list, rows.clamp(6, 12));
    }
    areas
}

/// The Transactions view: the list beside one of them, from 100 columns on; else that one alone. Below it is room for so
/// many lines, and for a message of two.
pub fn transactions(area: Rect, lines: usize) -> ListAreas {
    let mut areas = ListAreas::frame(area);
    if area.width >= 100 {
        (areas.list, areas.detail) = split(areas.list, (area.width * 46 / 120).min(70));
    } else {
        areas.detail = std::mem::take(&mut areas.list);
    }
    if LayoutRoom::of(area) != LayoutRoom::One {
        let needed = cells(lines + 4).min(areas.detail.height / 2);
        let rows = areas.detail.height * 2 / 5;
        areas.changes = take_last(&mut areas.detail, rows.max(6).max(needed));
    }
    areas
}

/// The Variants view: strips of so many variants as `list`, metrics as `detail`, what differs at the end as `changes`.
pub fn variants(area: Rect, variants: usize) -> ListAreas {
    let mut areas = ListAreas::frame(area);
    areas.detail = std::mem::take(&mut areas.list);
    if LayoutRoom::of(area) != LayoutRoom::One {
        let rows = areas.detail.height * 2 / 5;
        areas.changes = take_last(&mut areas.detail, if area.height >= 30 { rows.min(12) } else { 7 });
    }
    if area.height >= 30 && area.width >= 100 {
        let rows = cells(variants + 3).min(areas.detail.height * 2 / 5);
        areas.list = take(&mut areas.detail, rows);
    }
    areas
}

/// Areas of the Diff view, with so many rows for what it comes to, before it is known what the differences need.
pub fn diff(area: Rect, rows: usize) -> DiffAreas {
    let mut rest = area;
    let header = take(&mut rest, 1);
    let hints = take_last(&mut rest, 1);
    let message = take_last(&mut rest, 1);
    let timeline = take(&mut rest, LayoutRoom::strip_rows(area));
    let summary = take(&mut rest, if area.height >= 20 { cells(rows) } else { 1 });
    DiffAreas { header, timeline, summary, diff: rest, message, hints, ..DiffAreas::default() }
}

/// Fewer rows than these, with their border, tell little of the transitions, or of the differences.
const LEAST_BESIDE: u16 = 10;

/// A box, and what it leaves below it where so many lines are all there is to tell; all of it is the box's elsewhere.
pub fn shared_out(area: Rect, lines: Option<usize>) -> (Rect, Rect) {
    let mut above = area;
    let spare = lines.map_or(0, |lines| area.height.saturating_sub(cells(lines).saturating_add(2)));
    let rest = take_last(&mut above, if spare < 2 * LEAST_PANE { 0 } else { spare });
    (above, rest)
}

impl DiffAreas {
    /// Where so many rows are all the differences there are, what they leave is for the transitions.
    pub fn sharing_out(mut self, rows: usize) -> Self {
        let needed = cells(rows).saturating_add(3).max(LEAST_BESIDE);
        let spare = self.diff.height.saturating_sub(needed);
        if spare >= LEAST_BESIDE {
            self.transitions = take_last(&mut self.diff, spare);
        }
        self
    }
}
