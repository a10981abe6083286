//! One frame: the header, the panes of the view, the message, the hints, and the dialog on top.
//!
//! Painters read the [`App`] and change nothing; they answer what is where. Must not name: `job`, `crossterm`, `terminal`.

mod hints;
mod keycast;
mod lists;
mod loading;
mod start;
mod status;

use super::action::View;
use super::app::{Access, App, Effect, Session};
use super::frame_map::{FrameMap, HitArea, ListMap, Pane, TimelineStrip};
use super::look::Look;
use super::message::MessageTone;
use super::pane::layout::{self, DebugAreas, LayoutRoom};
use super::pane::timeline::{self, Dress};
use super::pane::{Focus, Title, changes, diff, header, line, snapshots, transitions, tree};
use crate::source::Address;
use crate::view::clock::{date_minute, date_time};
use crate::view::text::{SafeText, joined, number, thousands};
use crate::view::{self, Ends};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;

/// Panes that share a place on a narrow screen, in the order of the tabs.
const TABS: [Pane; 3] = [Pane::Snapshots, Pane::State, Pane::Changes];

const TAB_NAMES: [&str; 3] = ["Snaps", "State", "Changes"];

/// A list that has room for other rows than it was moved in is painted again; what that changes is settled after one more.
const MOST_PASSES: usize = 3;

/// Draws a frame, and puts the terminal's cursor where it belongs. Answers what the frame shows and is still to be asked for.
pub fn draw(app: &mut App, frame: &mut Frame<'_>) -> Vec<Effect> {
    let effects = render(app, frame.area(), frame.buffer_mut());
    if let Some(at) = app.map.cursor {
        frame.set_cursor_position(at);
    }
    effects
}

/// Paints a frame and gives its map to the [`App`], which moves its lists into the room that they have got.
pub fn render(app: &mut App, area: Rect, buf: &mut Buffer) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut map = paint(app, area, buf);
    for _ in 1..MOST_PASSES {
        let Some(more) = app.take_map(map) else { return effects };
        effects.extend(more);
        buf.reset();
        map = paint(app, area, buf);
    }
    effects.extend(app.take_map(map).into_iter().flatten());
    effects
}

/// Paints all of it; answers what is where.
pub fn paint(app: &App, area: Rect, buf: &mut Buffer) -> FrameMap {
    let look = &app.setup.look;
    let mut map = FrameMap::new(area);
    buf.set_style(area, look.theme.text);
    if LayoutRoom::of(area) == LayoutRoom::TooSmall {
        map.is_too_small = true;
        too_small(app, area, buf);
    } else {
        match app.session().filter(|session| session.history().newest().0 > 0) {
            _ if app.is_start() => start::paint(app, area, &mut map, buf),
            Some(session) if !app.is_opening() => paint_view(app, session, area, &mut map, buf),
            _ => loading::paint(app, area, &mut map, buf),
        }
    }
    keycast::paint(app, area, buf);
    hints::paint_which_key(app, area, buf);
    if let Some(boxed) = &app.dialog {
        map.cover(boxed.dialog.paint(&app.around_box(), boxed.scroll, area, buf));
    }
    map.cursor = look.glyphs.translate(map.cursor, buf);
    map
}

/// Tells frames apart.
pub fn fingerprint(frame: &Buffer) -> u64 {
    let mut hasher = FxHasher::default();
    frame.hash(&mut hasher);
    hasher.finish()
}

/// Paints the timeline; answers it.
fn paint_strip<'m>(
    app: &App,
    session: &Session,
    (area, dress): (Rect, Dress),
    map: &'m mut FrameMap,
    buf: &mut Buffer,
) -> Option<&'m TimelineStrip> {
    if area.is_empty() {
        return None;
    }
    let debug = app.workspace.view == View::DEBUG;
    let focus = if debug { app.focus_of(Pane::Timeline) } else { Focus::Elsewhere };
    let (columns, rows) = timeline::room(dress, if debug { app.pinned() } else { 0 }, area);
    let timeline = app.timeline(session, columns, rows);
    let painted = timeline::paint(&timeline, dress, &app.setup.look, focus, area, buf);
    for (y, row) in (painted.columns.y..).zip(painted.rows) {
        row.into_iter().for_each(|row| map.put(Rect { y, height: 1, ..painted.columns }, HitArea::Strip(row)));
    }
    if focus == Focus::Here {
        map.focus(painted.cursor);
    }
    map.strip = Some(TimelineStrip { session: session.id, timeline, columns: painted.columns, rows });
    map.strip.as_ref()
}

fn too_small(app: &App, area: Rect, buf: &mut Buffer) {
    let text = joined!["Terminal ", area.width.to_string(), "x", area.height.to_string(), " is too small (60x16)"];
    line::message(&text, MessageTone::Note, &app.setup.look, Rect { height: area.height.min(1), ..area }, buf);
}

fn paint_view(app: &App, session: &Session, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    match app.workspace.view {
        View::DEBUG => paint_debug(app, session, area, map, buf),
        View::DIFF => paint_diff(app, session, area, map, buf),
        _ => lists::paint(app, session, area, map, buf),
    }
}

/// Where the panes are: all that there is room for, or the focused one alone.
fn debug_areas(app: &App, session: &Session, area: Rect) -> DebugAreas {
    let history = session.history();
    let snapshots = view::snapshots::Listed::new(&history, &session.lists.filter).count();
    let versions = usize::try_from(history.newest().0).unwrap_or(usize::MAX);
    let content = layout::DebugContent { lanes: app.pinned(), snapshots, versions };
    let areas = layout::debug(area, app.focus, content);
    let mut areas = if app.maximised { layout::alone(areas, app.focus) } else { areas };
    areas.lift(status::more_rows(app, area.width));
    areas
}

fn paint_debug(app: &App, session: &Session, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let areas = debug_areas(app, session, area);
    paint_header(app, session, areas.header, map, buf);
    let dress = if area.height >= 20 { LayoutRoom::of(area).dress() } else { Dress::Bare };
    map.put(areas.timeline, HitArea::Pane(Pane::Timeline));
    paint_strip(app, session, (areas.timeline, dress), map, buf);
    let tabs = LayoutRoom::of(area) != LayoutRoom::All && !app.maximised;
    let panes = [
        (Pane::Transitions, areas.transitions),
        (Pane::Snapshots, areas.snapshots),
        (Pane::State, areas.state),
        (Pane::Changes, areas.changes),
    ];
    for (pane, area) in panes.into_iter().filter(|(_, area)| !area.is_empty()) {
        let tab = TABS.iter().position(|tab| *tab == pane).filter(|_| tabs);
        let title = tab.map_or_else(|| title_of(session, pane), |tab| Title::Tabs(&TAB_NAMES, tab));
        map.put(area, HitArea::Pane(pane));
        title.places(area).into_iter().zip(TABS).for_each(|(place, tab)| map.put(place, HitArea::Tab(tab)));
        let list = paint_pane(app, session, (pane, &title), area, map, buf);
        if app.focus == pane {
            map.focus(list.focus);
        }
    }
    status::paint_message(app, areas.message, buf);
    hints::paint(app, areas.hints, map, buf);
}

/// A pane's title, with what it shows of what.
fn title_of(session: &Session, pane: Pane) -> Title {
    match pane {
        Pane::Timeline => Title::Name("Timeline", SafeText::default()),
        Pane::Transitions => Title::Name("Transitions", SafeText::default()),
        Pane::Snapshots => {
            let filter = &session.lists.filter;
            Title::Name(
                "Snapshots",
                if filter.is_empty() { SafeText::default() } else { joined!["/", SafeText::data(filter)] },
            )
        }
        Pane::State => Title::Name("State", state_place(session)),
        Pane::Changes => Title::Name("Changes", ends_words(session)),
    }
}

/// Paints a pane; answers where its rows are.
fn paint_pane(
    app: &App,
    session: &Session,
    (pane, title): (Pane, &Title),
    area: Rect,
    map: &mut FrameMap,
    buf: &mut Buffer,
) -> ListMap {
    let (look, focus) = (&app.setup.look, app.focus_of(pane));
    match pane {
        Pane::Timeline => ListMap::default(),
        Pane::Transitions => {
            let shown = session.transitions(transitions::height(area, transitions::is_headed(area, app.has_columns())));
            let list = transitions::paint(&shown, look, focus, area, buf);
            let lines = (list.rows.y..list.rows.bottom()).zip(&shown.rows);
            lines.for_each(|(y, row)| map.put(Rect { y, height: 1, ..list.rows }, HitArea::Transition(row.version)));
            map.heights.transitions = list.height();
            map.transition_columns = usize::from(list.rows.width);
            list
        }
        Pane::Snapshots => {
            let (cursor, filter) = (&session.snapshots, &session.lists.filter);
            let height = snapshots::height(area);
            let shown = view::snapshots::snapshots(&session.history(), cursor, filter, session.cursor, height);
            let list = snapshots::paint(&shown, title, look, focus, area, buf);
            map.put_rows(list.first(shown.rows.len()), |line| HitArea::Row(pane, line));
            map.heights.snapshots = list.height();
            list
        }
        Pane::State => {
            let path = SafeText::from(session.tree.path_words());
            let place = |room| session.absent().map_or_else(|| path.fit_middle(room), |absent| absent.caption(room));
            let tree = (&session.tree, &place as &dyn Fn(usize) -> SafeText, session.asked.writers.as_ref());
            let tree::TreePainted { list, rows, twists } = tree::paint(tree, title, (look, focus), area, buf);
            map.put_rows(list.rows, |line| HitArea::Row(pane, line.max(rows.len())));
            rows.into_iter().enumerate().for_each(|(row, area)| map.put(area, HitArea::Row(pane, row)));
            twists.into_iter().for_each(|(line, sign)| map.put(sign, HitArea::Fold(pane, line)));
            map.heights.state = list.height();
            list
        }
        Pane::Changes => {
            let list = changes::paint(&session.changes, title, look, focus, area, buf);
            map.put_rows(list.rows, |line| HitArea::Row(pane, line));
            map.heights.changes = list.height();
            list
        }
    }
}

fn paint_diff(app: &App, session: &Session, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let look = &app.setup.look;
    let (summary, columns) = (session.changes.summary(), usize::from(area.width).saturating_sub(2));
    let areas = layout::diff(area, summary.rows(columns).len());
    let layout = app.diff_layout.unwrap_or_else(|| diff::layout_for(area.width));
    let mut areas = areas.sharing_out(diff::lines(&session.difftree, layout, areas.diff));
    areas.lift(status::more_rows(app, area.width));
    paint_header(app, session, areas.header, map, buf);
    paint_strip(app, session, (areas.timeline, Dress::Bare), map, buf);
    let rows = if areas.summary.height == 1 { vec![summary.fit(columns)] } else { summary.rows(columns) };
    for (row, words) in (areas.summary.y..areas.summary.bottom()).zip(&rows) {
        line::message(words, MessageTone::Note, look, Rect { y: row, height: 1, ..areas.summary }, buf);
    }
    let shown = session.shown.versions;
    // Small flat states share nothing, and that is no news.
    let sharing = session.lists.asides.sharing(Ends { a: shown.a, b: shown.b }).filter(|sharing| sharing.shared > 0);
    let sharing = sharing.map(|sharing| [view::sharing::shared(sharing).into(), view::sharing::new(sharing).into()]);
    let titles = end_titles(session, diff::title_columns(layout, areas.diff.width, shown.a));
    let titles = diff::Titles { sharing, ..titles };
    let diff::DiffPainted { list, rows, above } =
        diff::paint(&session.difftree, &titles, layout, look, areas.diff, buf);
    map.put_rows(list.rows, |line| HitArea::DiffRow(above + line.max(rows.len())));
    rows.into_iter().enumerate().for_each(|(row, area)| map.put(area, HitArea::DiffRow(above + row)));
    map.heights.diff = list.height();
    map.diff = Some(layout);
    map.focus(list.focus);
    if !areas.transitions.is_empty() {
        map.put(areas.transitions, HitArea::Pane(Pane::Transitions));
        let title = title_of(session, Pane::Transitions);
        paint_pane(app, session, (Pane::Transitions, &title), areas.transitions, map, buf);
    }
    status::paint_diff_message(app, session, layout, areas.message, buf);
    hints::paint(app, areas.hints, map, buf);
}

fn paint_header(app: &App, session: &Session, area: Rect, map: &mut FrameMap, buf: &mut Buffer) {
    let history = session.history();
    let info = history.info(session.cursor);
    let header = header::HeaderLine {
        views: app.listed_views().map(|spec| spec.tab).collect(),
        digits: format!("1-{}", app.listed_views().filter(|spec| spec.has_digit()).count()),
        view: app.listed_views().position(|spec| spec.view == app.workspace.view).unwrap_or(0),
        tenant: owner_name(app, session),
        branch: SafeText::data(&history.lineage().branch_of(session.cursor)),
        place: joined![number(session.cursor), "/", thousands(history.newest().0)],
        time: info
            .and_then(|info| info.at)
            .map(|at| [date_time(at), date_minute(at)].map(SafeText::from))
            .unwrap_or_default(),
        life: app.life_words(),
        stop: session.break_words(),
        access: access_words(app),
    };
    let names = header::paint(&header, &app.setup.look, area, buf);
    names.into_iter().zip(app.listed_views()).for_each(|(name, spec)| map.put(name, HitArea::View(spec.view)));
}

/// The tenant; where the source has only the one that nobody named, the source.
fn owner_name(app: &App, session: &Session) -> SafeText {
    let name = |path: &Path| path.file_name().map(|name| SafeText::data(&name.to_string_lossy()));
    let source = match app.workspace.source() {
        Some(Address::File(path) | Address::Recording(path) | Address::Copies(path)) => name(path),
        Some(Address::Git(file)) => name(&file.path).map(|name| {
            let rev = file.rev.as_ref().map(|rev| joined![SafeText::data(rev), ":"]);
            joined!["git:", rev.unwrap_or_default(), name]
        }),
        Some(address @ Address::Several(_)) => Some(SafeText::data(&address.title())),
        Some(Address::Server(address)) => Some(SafeText::data(&address.prefix)),
        Some(Address::Messages(source)) => Some(SafeText::data(source.name())),
        Some(Address::Stdin) => Some("stdin".into()),
        Some(Address::Demo(_) | Address::Watched(_)) | None => None,
    };
    let tenant = &session.tenant.id().0;
    source.filter(|_| *tenant == *"main").unwrap_or_else(|| tenant.into())
}

/// Who may write where, in full and in short, then shorter: a recording in memory is gone with the program, and that should not surprise anyone.
fn access_words(app: &App) -> [&'static str; 3] {
    match app.setup.access {
        _ if app.refused().is_some() => ["RO"; 3],
        Access::ReadOnly => ["RO"; 3],
        Access::ReadWrite if app.workspace.is_in_memory() => ["RW in memory", "RW mem", "mem"],
        Access::ReadWrite => ["RW"; 3],
    }
}

/// `at B`, or which version it is while the cursor's is still on its way.
fn state_place(session: &Session) -> SafeText {
    let shown = session.shown.versions.cursor;
    match session.ends().b == session.cursor {
        _ if shown != session.cursor => joined!["at ", number(shown), " …"],
        true => "at B".into(),
        false => joined!["at ", number(session.cursor)],
    }
}

fn ends_words(session: &Session) -> SafeText {
    let shown = session.shown.versions;
    let late = if session.is_current() { "" } else { " …" };
    joined!["A ", number(shown.a), " → B ", number(shown.b), late]
}

/// `#44,640`, and what follows it, `  09:39:58.120Z  price.refresh`: of a label that does not fit, what tells it from that of the other end.
fn end_titles(session: &Session, columns: usize) -> diff::Titles {
    let (a, b) = (session.shown.versions.a, session.shown.versions.b);
    let history = session.history();
    let infos = [a, b].map(|version| history.info(version));
    let labels = infos.each_ref().map(|info| info.as_ref().map(|info| SafeText::from(&info.label)).unwrap_or_default());
    let title = |at: usize, version| {
        let time = infos[at].as_ref().and_then(|info| info.at).map(date_time).map(SafeText::from).unwrap_or_default();
        let place = SafeText::from(number(version));
        let begin = SafeText::join([joined!["A ", &place], time.clone()], "  ");
        let label = labels[at].fit_from_others(labels.iter(), columns.saturating_sub(begin.width() + 2));
        let rest = [time, label].into_iter().filter(|part| !part.is_empty());
        (place, rest.fold(SafeText::default(), |rest, part| joined![rest, "  ", part]))
    };
    diff::Titles { a: title(0, a), b: title(1, b), sharing: None }
}

impl App {
    fn focus_of(&self, pane: Pane) -> Focus {
        if self.focus == pane && self.workspace.view == View::DEBUG { Focus::Here } else { Focus::Elsewhere }
    }

    /// How everything looks.
    pub fn look(&self) -> &Look {
        &self.setup.look
    }
}

/// A painted screen as text: lines without trailing blanks.
pub fn text_of(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width).max(1);
    let lines = buffer.content.chunks(width).map(|cells| {
        let mut line = String::new();
        let mut skip = 0;
        for cell in cells {
            if skip == 0 {
                line.push_str(cell.symbol());
                skip = view::text::width(cell.symbol()).max(1);
            }
            skip -= 1;
        }
        line.trim_end().to_owned()
    });
    let lines: Vec<String> = lines.collect();
    format!("{}\n", lines.join("\n").trim_end())
}
