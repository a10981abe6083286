//! The rows of each list.
//!
//! Must not name: `pane`, `ratatui`.

use super::candidates::candidates;
use crate::diff::ArrayKey;
use crate::history::nearest;
use crate::ops;
use crate::recipe::{RecipeBook, RecipeFile};
use crate::source::{Address, Reading};
use crate::tui::action::{ACTIONS, ALIASES, AUTO, Action, Group, INDEX, Named, Spec, View, by_name, named};
use crate::tui::app::arrays::ArrayHere;
use crate::tui::app::{App, JumpPlace};
use crate::tui::dialog::chooser::{ChooserItem, Pick};
use crate::tui::glyphs::{BARS, CURSOR, DOTTED, GAP, HIGHER, POINTER, RANGE};
use crate::view::quoting::quoted;
use crate::view::snapshots;
use crate::view::text::{SafeText, joined, number};
use crate::view::timeline::TimelineMark;
use crate::view::transactions::WayBackRow;
use crate::view::verbs::SCREEN;

pub(super) fn commands(app: &App) -> Vec<ChooserItem> {
    let contexts = app.contexts();
    let mut items: Vec<ChooserItem> = Vec::new();
    for spec in ACTIONS.iter().filter(|spec| spec.group != Group::Dialog) {
        let here = contexts.contains(&spec.context);
        if here && items.iter().all(|item| item.left.unmarked().split(' ').next() != Some(spec.name)) {
            items.push(command_item(app, spec, String::new()));
        }
    }
    items
}

fn command_item(app: &App, spec: &'static Spec, argument: String) -> ChooserItem {
    let why = app.why_not(spec);
    let wrong = if argument.is_empty() { None } else { app.argument(spec, &argument).err() };
    let enabled = why.is_none() && wrong.is_none();
    let shown = if argument.is_empty() { spec.form().into() } else { SafeText::data(&argument) };
    let left = SafeText::join([spec.name.into(), shown], " ");
    let text = wrong.unwrap_or_else(|| explained(app, spec, why.as_ref()));
    let item = ChooserItem::new(left, text, app.keymap.first_key(spec), Pick::Run(spec, argument));
    ChooserItem { enabled, ..item }
}

/// What a row does, and why it cannot be done; of an undo, what it would take away.
fn explained(app: &App, spec: &Spec, why: Option<&SafeText>) -> SafeText {
    match why {
        Some(why) => joined![spec.doc, " (", why, ")"],
        None => app.taken_away(spec.action).unwrap_or_else(|| spec.doc.into()),
    }
}

/// What the typed text means as it stands: a command with its argument and what that may be further, a moment.
pub(super) fn meant(app: &App, text: &str) -> Vec<ChooserItem> {
    let (name, argument) = text.split_once(' ').unwrap_or((text, ""));
    let moment = moment_item(app, text);
    // A moment of that name comes before a command that only begins with it.
    let spec = match named(name) {
        Named::One(spec) if by_name(name).is_some() || moment.is_none() => Some(spec),
        _ => None,
    };
    let Some(spec) = spec.filter(|spec| argument.is_empty() || spec.has_argument()) else {
        return moment.into_iter().collect();
    };
    let argument = argument.trim();
    let more = candidates(app, spec.takes, argument).into_iter().map(|candidate| {
        let item = command_item(app, spec, candidate.argument);
        ChooserItem { text: candidate.means, right: SafeText::default(), ..item }
    });
    let own = command_item(app, spec, argument.to_owned());
    [own].into_iter().chain(more).collect()
}

fn moment_item(app: &App, text: &str) -> Option<ChooserItem> {
    let version = if text.is_empty() { None } else { app.resolve(text).ok() }?;
    let does = joined!["go to ", number(version)];
    Some(ChooserItem::new(SafeText::data(text), does, "", Pick::Goto(version)))
}

/// The snapshots that have a name, the newest first, then the branches.
pub(super) fn named_moments(app: &App) -> Vec<ChooserItem> {
    let Some(session) = app.session() else { return Vec::new() };
    let history = session.history();
    let snapshots = history.marks().listed().iter().rev().filter_map(|snapshot| {
        let does = joined!["snapshot: go to ", number(snapshot.version)];
        let name = quoted(snapshot.name.as_deref()?);
        Some(ChooserItem::new(SafeText::data(&name), does, "", Pick::Goto(snapshot.version)))
    });
    let branches = history.branches().into_iter().map(|branch| {
        let does = joined!["branch: go to its head ", number(branch.head)];
        let left = SafeText::data(&quoted(&format!("branch:{}", branch.name)));
        ChooserItem::new(left, does, "", Pick::Goto(branch.head))
    });
    snapshots.chain(branches).collect()
}

/// Why a text runs nothing: the commands that begin with it, those that look like it, or the reason that it is no moment.
pub(super) fn why_nothing(app: &App, text: &str) -> SafeText {
    let name = text.split(' ').next().unwrap_or_default();
    match named(name) {
        Named::One(spec) if text != name => return joined![spec.name, " takes no argument"],
        Named::Several(names) => return joined![SafeText::data(name), " begins several commands: ", names.join(", ")],
        Named::One(_) | Named::None => {}
    }
    let names = ACTIONS.iter().filter(|spec| spec.group != Group::Dialog).map(|spec| spec.name);
    let longer = ALIASES.iter().map(|(alias, _)| *alias).filter(|alias| alias.len() > 2);
    let near = nearest(name, names.chain(longer));
    match app.resolve(text) {
        Err(why) if near.is_empty() => joined!["neither a command nor a moment: ", why.to_string()],
        _ => joined!["no such command: ", SafeText::data(name), "; nearest: ", near.join(", ")],
    }
}

pub(super) fn places(places: Vec<JumpPlace>) -> Vec<ChooserItem> {
    let item = |place: JumpPlace| {
        let left = joined![place.name, "  ", number(place.version)];
        ChooserItem::new(left, place.words, "", Pick::Goto(place.version))
    };
    places.into_iter().map(item).collect()
}

/// One that leads to where the head is says so instead of doing it.
pub(super) fn ways_back(ways: Vec<WayBackRow>) -> Vec<ChooserItem> {
    let Some(spec) = by_name("rollback") else { return Vec::new() };
    let item = |way: WayBackRow| {
        let WayBackRow { to, name, does, leads } = way;
        let pick = if leads { Pick::Run(spec, to.0.to_string()) } else { Pick::Nothing(does.clone()) };
        ChooserItem { enabled: leads, ..ChooserItem::new(joined![&name, "  ", number(to)], does, "", pick) }
    };
    ways.into_iter().map(item).collect()
}

/// What a source of events can be opened as: by a recipe that is for it, or as it stands.
pub(super) fn readings(address: &Address, recipes: &[String]) -> Vec<ChooserItem> {
    let open = |reading| Pick::Open(address.clone(), reading);
    let book = RecipeBook::shipped();
    let by = |name: &String| {
        let about = book.files().iter().find(|file| file.name == *name).map(RecipeFile::about).unwrap_or_default();
        let left = joined!["recipe ", SafeText::data(name)];
        ChooserItem::new(left, SafeText::data(&about), "", open(Reading::Recipe(name.clone())))
    };
    let states = open(Reading::Format("states".to_owned()));
    let as_states = ChooserItem::new("states", "each JSON text is a state, as it stands", "", states);
    recipes.iter().map(by).chain([as_states]).collect()
}

/// Why somebody has to choose; without a recipe for it, what else there is.
pub(super) fn why_not_states(why: &str, recipes: &[String]) -> SafeText {
    let else_ = if recipes.is_empty() { "; asof open FILE --fold FILTER makes states of them" } else { "" };
    joined![SafeText::written(why), else_]
}

/// A field may be called like a word: a point before it tells.
pub(super) fn array_keys(here: &ArrayHere) -> Vec<ChooserItem> {
    let Some(spec) = by_name("array-key") else { return Vec::new() };
    let item = |argument: String, text: &'static str, chosen: bool| {
        let left = SafeText::data(argument.trim_start_matches('.'));
        let right = if chosen { "now" } else { "" };
        ChooserItem::new(left, text, right, Pick::Run(spec, argument))
    };
    let is_chosen = |field| matches!(&here.chosen, Some(ArrayKey::Field(chosen)) if chosen == field);
    let fields =
        here.fields.iter().map(|field| item(format!(".{field}"), "match elements by this field", is_chosen(field)));
    let auto = item(
        AUTO.to_owned(),
        "the field that identifies them, else the longest common subsequence",
        here.chosen.is_none(),
    );
    let by_index = here.chosen == Some(ArrayKey::Index);
    let index = item(INDEX.to_owned(), "match elements by position", by_index);
    fields.chain([auto, index]).collect()
}

/// What everybody needs, in this order; of these the first ten that have a key here stand before all others.
const FIRST: [Action; 13] = [
    Action::StepBack,
    Action::StepForward,
    Action::NextChange,
    Action::Show(View::HISTORY),
    Action::DiffView,
    Action::FindText,
    Action::Search,
    Action::NextPane,
    Action::RollBack,
    Action::Undo,
    Action::NewSnapshot,
    Action::Commands,
    Action::Close,
];

/// How many stand first.
const MOST_FIRST: usize = 10;

pub(super) fn keys(app: &App) -> Vec<ChooserItem> {
    let contexts = app.contexts();
    let here = |spec: &&Spec| contexts.contains(&spec.context) && app.keymap.is_reached(&contexts, spec);
    let item = |spec: &'static Spec, heading| {
        let why = app.why_not(spec);
        let text = explained(app, spec, why.as_ref());
        let pick = Pick::Run(spec, String::new());
        let item = ChooserItem::new(app.keymap.keys_text(spec), text, spec.name, pick);
        ChooserItem { enabled: why.is_none(), heading, ..item }
    };
    let first = FIRST.iter().filter_map(|action| ACTIONS.iter().filter(here).find(|spec| spec.action == *action));
    let first: Vec<&'static Spec> = first.take(MOST_FIRST).collect();
    let is_first = |spec: &&Spec| first.iter().any(|known| std::ptr::eq(*known, *spec));
    let grouped = Group::ALL.into_iter().flat_map(|group| ACTIONS.iter().filter(move |spec| spec.group == group));
    let rest = grouped.filter(here).filter(|spec| !is_first(spec)).map(|spec| item(spec, spec.group.title()));
    first.iter().map(|spec| item(spec, "Most used")).chain(rest).chain(signs(app)).collect()
}

/// What the signs on the timeline mean: its own legend has not always room for them.
fn signs(app: &App) -> Vec<ChooserItem> {
    let Some(strip) = &app.map.strip else { return Vec::new() };
    let hues = strip.timeline.cast.members().into_iter().map(|(_, name)| name);
    let bars = joined!["a colour each: ", SafeText::join(hues, ", "), "; without one: others"];
    let marks = [
        TimelineMark::Named,
        TimelineMark::Auto,
        TimelineMark::Checkpoint,
        TimelineMark::Rollback,
        TimelineMark::Broken,
    ];
    let marks = marks.map(|mark| (SafeText::from(snapshots::sign(mark)), mark.word().into()));
    let others: [(SafeText, SafeText); 9] = [
        (DOTTED[4].into(), "left behind by a rollback".into()),
        (joined![BARS[2], " ", BARS[8]], "found there, in the row above A and B: one to ten or more".into()),
        (HIGHER.into(), "a bar that is cut: more than eight times as high as nearly all others".into()),
        (CURSOR.into(), "the cursor".into()),
        (joined!["A ", RANGE, " B"], "the ends of the diff, and what is between them".into()),
        (GAP.into(), "an idle time, folded".into()),
        ("◂─╯".into(), "from a rollback to where it went back to".into()),
        ("[ ]".into(), "what of the whole history is shown below".into()),
        (POINTER.into(), "an application is writing here".into()),
    ];
    let item = |(sign, words): (SafeText, SafeText)| ChooserItem {
        enabled: false,
        heading: "Signs on the timeline",
        ..ChooserItem::new(sign, words.clone(), "legend", Pick::Nothing(words))
    };
    [(BARS[7].into(), bars)].into_iter().chain(marks).chain(others).map(item).collect()
}

pub(super) fn tenants(app: &App) -> Vec<ChooserItem> {
    let items = app.workspace.sessions.iter().map(|session| {
        let row = ops::TenantRow::new(session.tenant.id(), &session.history(), None);
        let [versions, snapshots] = row.counted(&SCREEN);
        let text = joined![versions, ", ", snapshots, ", at ", number(session.cursor)];
        ChooserItem::new(SafeText::data(&row.name), text, "", Pick::Tenant(session.id))
    });
    items.collect()
}
