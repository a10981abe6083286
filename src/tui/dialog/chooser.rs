//! Lists narrowed by typing: `:` commands and targets, `?` keys of the focused pane, tenants, marks, jumps.

mod items;

use super::complete::directory_of;
use super::frame::{Frame, Size, position, write, write_at, write_right};
use super::line::Line;
use super::{Answer, Dialog};
use crate::record::Version;
use crate::tui::action::{Action, Spec, by_name};
use crate::tui::app::{App, Session};
use crate::tui::owner::SessionId;
use crate::tui::pane::Look;
use crate::view::list::{ListCursor, ListMove};
use crate::view::path::printed;
use crate::view::text::{data, fit_middle, width, wrap};
use crate::view::transactions::WayBack;
use items::{
    array_key_items, command_items, exact_items, key_items, place_items, ranked, runs_nothing, tenant_items,
    way_back_items,
};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// What choosing a row does.
#[derive(Debug, Clone)]
pub enum Pick {
    /// Runs an action with an argument.
    Run(&'static Spec, String),
    /// Goes to a version.
    Goto(Version),
    /// Shows a tenant.
    Tenant(SessionId),
    /// Nothing, and says why.
    Nothing(String),
}

/// What is chosen from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Commands,
    Keys,
    Tenants,
    Places,
    DiffRules,
    WaysBack,
}

/// One row.
#[derive(Debug, Clone)]
struct Item {
    /// At the left: a command, keys, a tenant.
    left: String,
    /// What it is.
    text: String,
    /// At the right: a key.
    right: String,
    /// Whether it can be done now.
    enabled: bool,
    /// The heading it stands under.
    heading: &'static str,
    pick: Pick,
}

impl Item {
    /// A row that only says why a text runs nothing.
    fn saying(text: &str, why: String) -> Self {
        let left = data(text).into_owned();
        Self { left, text: why.clone(), right: String::new(), enabled: false, heading: "", pick: Pick::Nothing(why) }
    }
}

/// A list narrowed by typing.
pub struct Chooser {
    /// What is typed.
    pub line: Line,
    kind: Kind,
    title: String,
    all: Vec<Item>,
    shown: Vec<Item>,
    list: ListCursor,
    /// Why Enter runs none of the rows, before the person has moved to one.
    inert: Option<String>,
    /// Whether the person has moved to a row.
    moved: bool,
    /// Rows that the wheel has scrolled down from where the list would be.
    scrolled: isize,
    earlier: usize,
    /// Below the list: earlier commands, the forms of targets.
    aids: Vec<String>,
}

/// Where everything is in its frame.
struct Layout {
    size: Size,
    /// Columns from which on a row says what it is.
    column: usize,
    /// Rows of the list.
    rows: usize,
    /// Rows below it, for the whole of a chosen row that is cut in the list.
    whole: usize,
    aids: Vec<String>,
}

/// Rows of the list at most.
const MOST_ROWS: usize = 24;

/// Rows above it: what is typed, and a gap.
const HEAD: usize = 2;

/// Rows of the list that must be left by what is below it.
const LEAST: usize = 4;

/// Columns of an earlier command, at most.
const LONGEST: usize = 24;

/// Rows that one notch of the wheel scrolls.
const NOTCH: isize = 3;

impl Dialog {
    /// The `:` line.
    pub fn commands(app: &App) -> Self {
        Self::chooser(Kind::Commands, "Command", command_items(app), app)
    }

    /// What can be done in the focused pane.
    pub fn help(app: &App) -> Self {
        let title = format!("Keys for {}", app.place_name());
        Self::chooser(Kind::Keys, &title, key_items(app), app)
    }

    /// The places that were jumped from.
    pub fn jumps(app: &App) -> Self {
        let places = app.session().map(Session::jumped_places).unwrap_or_default();
        Self::chooser(Kind::Places, "Jumps", place_items(places), app)
    }

    /// The marks.
    pub fn marks(app: &App) -> Self {
        let places = app.session().map(Session::marked_places).unwrap_or_default();
        Self::chooser(Kind::Places, "Marks", place_items(places), app)
    }

    /// The tenants.
    pub fn tenants(app: &App) -> Self {
        Self::chooser(Kind::Tenants, "Tenants", tenant_items(app), app)
    }

    /// The ways back of a transaction that failed.
    pub fn ways_back(app: &App, name: &str, ways: Vec<WayBack>) -> Self {
        let title = format!("Take {} back to", data(name));
        Self::chooser(Kind::WaysBack, &title, way_back_items(app, ways), app)
    }

    /// What the elements of the array under the cursor may be matched by.
    pub fn array_keys(app: &App) -> Self {
        let here = app.array_here();
        let title = here.as_ref().map(|here| format!("Match the elements of {}", data(&printed(&here.path))));
        let items = here.map(|here| array_key_items(&here)).unwrap_or_default();
        Self::chooser(Kind::DiffRules, &title.unwrap_or_default(), items, app)
    }

    fn chooser(kind: Kind, title: &str, all: Vec<Item>, app: &App) -> Self {
        let mut chooser = Chooser {
            line: Line::default(),
            kind,
            title: title.to_owned(),
            all,
            shown: Vec::new(),
            list: ListCursor::default(),
            inert: None,
            moved: false,
            scrolled: 0,
            earlier: 0,
            aids: if kind == Kind::Commands { aids(app) } else { Vec::new() },
        };
        chooser.narrow(app);
        Self::Chooser(chooser)
    }
}

impl Chooser {
    /// Whether what is chosen is for one tenant.
    pub fn is_about_a_tenant(&self) -> bool {
        matches!(self.kind, Kind::Places | Kind::DiffRules | Kind::WaysBack)
    }

    /// Scrolls the rows. What is typed, and the row that Enter runs, stay.
    pub fn scroll(&mut self, up: bool) {
        let most = isize::try_from(self.rows().len()).unwrap_or(isize::MAX);
        self.scrolled = (self.scrolled + if up { -NOTCH } else { NOTCH }).clamp(-most, most);
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> Answer {
        let at_top = self.list.selected(self.shown.len()).is_none_or(|at| at == 0);
        match action {
            Action::Up if at_top && self.kind == Kind::Commands => return Answer::Earlier,
            Action::Up => self.step(ListMove::Up(1)),
            Action::Down => self.step(ListMove::Down(1)),
            Action::PageUp => self.step(ListMove::PageUp),
            Action::PageDown => self.step(ListMove::PageDown),
            Action::Complete => return Answer::Complete,
            Action::Confirm => return self.choose(),
            _ => return Answer::Close,
        }
        Answer::Stay
    }

    /// The directory whose names are wanted for what is typed, as it is typed.
    pub fn directory(&self) -> Option<&str> {
        let (name, argument) = self.line.text().trim_start().split_once(' ')?;
        let takes_file = |argument: &str| argument.trim_matches(['[', ']']) == "FILE";
        let wanted = self.kind == Kind::Commands && by_name(name).is_some_and(|spec| takes_file(spec.argument));
        wanted.then(|| directory_of(argument.trim_start()))
    }

    /// Looks everything up anew; what is selected stays so, if it is still there.
    pub fn refresh(&mut self, app: &App) {
        match self.kind {
            Kind::Commands => self.all = command_items(app),
            Kind::Keys => self.all = key_items(app),
            Kind::Tenants => self.all = tenant_items(app),
            Kind::Places | Kind::DiffRules | Kind::WaysBack => {}
        }
        let (selected, moved) = (self.selected().map(|item| item.left.clone()), self.moved);
        self.narrow(app);
        let at = selected.and_then(|left| self.shown.iter().position(|item| item.left == left));
        self.moved = moved && at.is_some();
        self.list.act(ListMove::Down(at.unwrap_or(0)), self.shown.len());
    }

    /// Shows the rows that fit what is typed, best first.
    pub fn narrow(&mut self, app: &App) {
        let text = self.line.text().trim().to_owned();
        (self.shown, self.inert) = match self.kind {
            Kind::Commands => self.commands(app, &text),
            Kind::Keys => self.keys(&text),
            Kind::Tenants | Kind::Places | Kind::DiffRules | Kind::WaysBack => (ranked(&self.all, &text), None),
        };
        (self.moved, self.scrolled) = (false, 0);
        self.list.resize(MOST_ROWS);
        self.list.act(ListMove::First, self.shown.len());
    }

    /// Rows that fit a typed command, and why Enter runs none: only what is written out, or begun so that nothing else is
    /// meant, is run. A command that is written out needs no others beside it, only what its argument may be.
    fn commands(&self, app: &App, text: &str) -> (Vec<Item>, Option<String>) {
        let exact = exact_items(app, text);
        if exact.len() > 1 || !exact.is_empty() && text.contains(' ') {
            return (exact, None);
        }
        let inert = exact.is_empty().then(|| if text.is_empty() { String::new() } else { runs_nothing(app, text) });
        let others = ranked(&self.all, text).into_iter().filter(|item| exact.iter().all(|own| own.left != item.left));
        let others: Vec<Item> = others.collect();
        let mut shown: Vec<Item> = exact.into_iter().chain(others).collect();
        let why = inert.clone().filter(|why| shown.is_empty() && !why.is_empty());
        shown.extend(why.map(|why| Item::saying(text, why)));
        (shown, inert)
    }

    /// Rows of keys that fit a text; one that is named in full, or the only one, can be run without moving to it.
    fn keys(&self, text: &str) -> (Vec<Item>, Option<String>) {
        let mut shown = ranked(&self.all, text);
        let full = shown.iter().position(|item| [&item.right, &item.text, &item.left].contains(&&text.to_owned()));
        full.into_iter().for_each(|at| shown[..=at].rotate_right(1));
        let inert = match shown.len() {
            _ if text.is_empty() => Some(String::new()),
            0 => Some(format!("no key here does \"{}\"", data(text))),
            1 => None,
            many => full.is_none().then(|| format!("{many} keys match \"{}\": move to one first", data(text))),
        };
        (shown, inert)
    }

    /// Types the earlier command before the one typed last.
    pub fn earlier(&mut self, app: &App) {
        let at = app.commands.len().checked_sub(self.earlier + 1);
        if let Some(command) = at.and_then(|at| app.commands.get(at)) {
            self.line = Line::of(command);
            self.earlier += 1;
            self.narrow(app);
        }
    }

    /// Where no row was chosen so far, the first move goes to the first one.
    fn step(&mut self, step: ListMove) {
        let begins = self.chosen().is_none() && matches!(step, ListMove::Up(_) | ListMove::Down(_));
        (self.moved, self.scrolled) = (true, 0);
        if !begins {
            self.list.act(step, self.shown.len());
        }
    }

    /// The row that Enter runs.
    fn chosen(&self) -> Option<usize> {
        self.list.selected(self.shown.len()).filter(|_| self.moved || self.inert.is_none())
    }

    fn selected(&self) -> Option<&Item> {
        self.list.selected(self.shown.len()).and_then(|at| self.shown.get(at))
    }

    /// Takes the selected row into the line. A command that stands there already goes on with its first argument.
    fn complete(&mut self, app: &App) {
        let typed = self.line.text().trim().to_owned();
        let words = |item: &Item| match &item.pick {
            Pick::Run(spec, argument) => Some(format!("{} {argument}", spec.name)),
            _ => None,
        };
        let selected = self.selected().and_then(words);
        let next =
            if selected.as_deref().map(str::trim) == Some(&typed) { self.shown.get(1).and_then(words) } else { None };
        let Some(text) = next.filter(|next| next.starts_with(&typed)).or(selected) else { return };
        let takes = by_name(text.trim()).is_none_or(|spec| !spec.argument.is_empty());
        self.line = Line::of(if takes { &text } else { text.trim() });
        self.narrow(app);
    }

    /// Selects the row at a place of the screen; whether there is one.
    pub fn click(&mut self, area: Rect, at: Position) -> bool {
        let layout = self.layout(area);
        let inside = layout.size.inside(area);
        if !inside.contains(at) {
            return false;
        }
        let rows = self.rows();
        let Some(line) = usize::from(at.y - inside.y).checked_sub(HEAD).filter(|line| *line < layout.rows) else {
            return false;
        };
        let top = self.top_of(&rows, layout.rows);
        let Some(Row::Item(_, index, _)) = rows.get(top + line) else { return false };
        let index = *index;
        self.list.act(ListMove::First, self.shown.len());
        self.list.act(ListMove::Down(index), self.shown.len());
        (self.moved, self.scrolled) = (true, 0);
        true
    }

    /// Runs the row that was moved to, or what is typed where that can mean only one. A command that needs an argument asks
    /// for it.
    fn choose(&mut self) -> Answer {
        let text = if self.kind == Kind::Commands { self.line.text().trim().to_owned() } else { String::new() };
        let Some(item) = self.chosen().and_then(|at| self.shown.get(at)) else {
            return match self.inert.take().filter(|why| !why.is_empty()) {
                Some(why) => Answer::Pick(Pick::Nothing(why), text),
                None => Answer::Close,
            };
        };
        match &item.pick {
            Pick::Run(spec, argument) if self.kind == Kind::Commands => {
                let typed = if argument.is_empty() { spec.name.to_owned() } else { text };
                Answer::Pick(item.pick.clone(), typed)
            }
            pick => Answer::Pick(pick.clone(), text),
        }
    }

    /// Takes the selected row into the line.
    pub fn take_selected(&mut self, app: &App) {
        if self.kind == Kind::Commands {
            self.complete(app);
        }
    }

    /// Room for the list comes first, then for the whole of the chosen row, then for what is below.
    fn layout(&self, area: Rect) -> Layout {
        let width = area.width.saturating_sub(8).clamp(1, 88);
        let columns = usize::from(width);
        let column = 2 + self.shown.iter().map(Item::left_width).max().unwrap_or(0).min(columns / 2);
        let room = usize::from(area.height.saturating_sub(4)).saturating_sub(HEAD).max(1);
        let cut = self.shown.iter().filter(|item| item.is_cut(column, columns));
        let whole = cut.map(|item| item.whole(columns).len()).max().unwrap_or(0).min(room / 2);
        let mut aids: Vec<String> = self.aids.iter().flat_map(|aid| wrap(aid, columns)).collect();
        if whole + aids.len() + 1 + LEAST > room {
            aids.clear();
        }
        let below = whole + aids.len() + usize::from(!aids.is_empty());
        let rows = room.saturating_sub(below).clamp(1, MOST_ROWS).min(self.rows().len().max(1));
        let height = u16::try_from(HEAD + rows + below).unwrap_or(u16::MAX);
        Layout { size: Size { width, height }, column, rows, whole, aids }
    }

    /// Paints it; answers where the text cursor is.
    pub fn paint(&self, look: &Look, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let Layout { size, column, rows: height, whole, aids } = self.layout(area);
        let footer = self.footer();
        let title = fit_middle(&self.title, usize::from(size.width).saturating_sub(2));
        let frame = Frame { title: &title, footer: &footer, width: size.width, height: size.height };
        let inside = frame.paint(look, area, buf);
        let prompt = self.prompt();
        write(inside, 0, prompt, look.theme.strong, buf);
        let (text, at) = self.line.window(usize::from(inside.width).saturating_sub(prompt.len() + 1));
        write_at(inside, 0, prompt.len(), &text, look.theme.text, buf);
        let rows = self.rows();
        for (at, row) in rows.iter().skip(self.top_of(&rows, height)).take(height).enumerate() {
            row.paint(inside, HEAD + at, column, look, buf);
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
        position(inside, 0, prompt.len() + at)
    }

    /// Rows with their headings, which are shown while nothing is typed.
    fn rows(&self) -> Vec<Row<'_>> {
        let headings = self.kind == Kind::Keys && self.line.text().trim().is_empty();
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
        if self.kind == Kind::Commands { "> " } else { "filter: " }
    }

    fn footer(&self) -> String {
        let at = self.chosen().map_or(0, |at| at + 1);
        let does = match self.kind {
            Kind::Commands => "Tab complete · Up earlier command · Enter run · Esc close",
            Kind::Keys => "Up Down choose · Enter run · Esc close",
            Kind::Tenants | Kind::Places => "Enter go there · Esc close",
            Kind::DiffRules => "Enter match by it · Esc close",
            Kind::WaysBack => "Enter see what it changes · Esc close",
        };
        format!("{at} of {} · {does}", self.shown.len())
    }
}

enum Row<'a> {
    Heading(&'static str),
    Item(&'a Item, usize, bool),
}

impl Row<'_> {
    /// What is too long is cut in its middle: so it never runs into what stands behind it.
    fn paint(&self, area: Rect, row: usize, column: usize, look: &Look, buf: &mut Buffer) {
        match self {
            Self::Heading(title) => write(area, row, title, look.theme.strong, buf),
            Self::Item(item, _, selected) => {
                let style = if item.enabled { look.theme.text } else { look.theme.dim };
                if *selected {
                    write(area, row, "▶", look.theme.strong, buf);
                    highlight(area, row, look, buf);
                }
                let [left, text] = item.rooms(column, usize::from(area.width));
                write_at(area, row, 2, &fit_middle(&item.left, left), style, buf);
                write_at(area, row, column, &fit_middle(&item.text, text), style, buf);
                write_right(area, row, &item.right, look.theme.strong, buf);
            }
        }
    }
}

impl Item {
    fn left_width(&self) -> usize {
        width(&self.left) + 2
    }

    /// Columns for what is at the left, and for what it is.
    fn rooms(&self, column: usize, columns: usize) -> [usize; 2] {
        [column.saturating_sub(4), columns.saturating_sub(column + width(&self.right) + 2)]
    }

    fn is_cut(&self, column: usize, columns: usize) -> bool {
        let [left, text] = self.rooms(column, columns);
        width(&self.left) > left || width(&self.text) > text
    }

    /// All that it says, in lines.
    fn whole(&self, columns: usize) -> Vec<String> {
        wrap(&format!("{}  {}", self.left, self.text), columns)
    }
}

/// The selected row in the cursor's style, behind its text.
fn highlight(area: Rect, row: usize, look: &Look, buf: &mut Buffer) {
    if let Some(at) = position(area, row, 0) {
        buf.set_style(Rect { x: at.x, y: at.y, width: area.width, height: 1 }, look.theme.cursor);
    }
}

/// Earlier commands, as many as fit, and the forms of targets.
fn aids(app: &App) -> Vec<String> {
    let earlier = app.commands.iter().rev().take(5).map(|text| fit_middle(&data(text), LONGEST).into_owned());
    let earlier: Vec<String> = earlier.collect();
    let earlier = (!earlier.is_empty()).then(|| format!("earlier  {}", earlier.join(" · ")));
    let targets = "targets  42  50%  -10  @09:41  -5m  NAME  A  B  head  branch:main~1".to_owned();
    earlier.into_iter().chain([targets]).collect()
}
