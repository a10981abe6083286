//! What the argument of a command may be: moments, branches, paths, tenants, files, as far as they begin with what is
//! typed.
//!
//! Must not name: `pane`.

use crate::history::Branch;
use crate::tui::action::{AUTO, Grammar, INDEX, OFF};
use crate::tui::app::{App, Session};
use crate::tui::dialog::chooser::directory_of;
use crate::value::{Path, Step, Value};
use crate::view::quoting::{self, quoted};
use crate::view::text::{SafeText, joined, number};

/// One way to go on: the whole argument, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub argument: String,
    /// What it means.
    pub means: SafeText,
}

/// Candidates listed, at most.
const MOST: usize = 50;

/// Children of a container that are looked at: among a million nobody chooses from a list.
const MOST_CHILDREN: usize = 2000;

/// The arguments of a grammar that begin with what is typed.
pub fn candidates(app: &App, grammar: Grammar, typed: &str) -> Vec<Completion> {
    let mut all = match grammar {
        Grammar::Moment => targets(app),
        Grammar::Moments => two_targets(app, typed),
        Grammar::ActionOrMoments(_) if first_word(typed).is_some() => two_targets(app, typed),
        Grammar::Tenant => tenants(app),
        Grammar::Branch => branches(app, |_| true),
        Grammar::Variant => branches(app, Branch::can_be_promoted),
        Grammar::Path => paths(app, typed),
        Grammar::ArrayKey => array_keys(app),
        Grammar::Letter => marks(app),
        Grammar::File | Grammar::Source => files(app, typed),
        Grammar::FilterOrOff | Grammar::ConditionOrOff => vec![candidate(OFF, "")],
        words => words.words().into_iter().map(|word| candidate(word, "")).collect(),
    };
    let begins = |argument: &str| {
        argument.starts_with(typed) || argument.strip_prefix('"').is_some_and(|quoted| quoted.starts_with(typed))
    };
    all.retain(|candidate| begins(&candidate.argument) && candidate.argument != typed);
    all.truncate(MOST);
    all
}

fn candidate(argument: impl Into<String>, means: impl Into<SafeText>) -> Completion {
    Completion { argument: argument.into(), means: means.into() }
}

fn targets(app: &App) -> Vec<Completion> {
    let Some(session) = app.session() else { return Vec::new() };
    let names: Vec<_> = {
        let history = session.history();
        let snapshots = history.marks().listed().iter().rev().filter_map(|snapshot| snapshot.name.clone());
        let branches = history.branches().into_iter().map(|branch| format!("branch:{}", branch.name));
        snapshots
            .map(|name| name.to_string())
            .chain(["head", "latest", "A", "B"].map(str::to_owned))
            .chain(branches)
            .collect()
    };
    let means = |name: &str| app.resolve(name).map(number).ok();
    names
        .into_iter()
        .map(|name| quoted(&name))
        .filter_map(|name| Some(candidate(name.clone(), means(&name)?)))
        .collect()
}

fn two_targets(app: &App, typed: &str) -> Vec<Completion> {
    let Some(first) = first_word(typed) else { return targets(app) };
    targets(app).into_iter().map(|second| candidate(format!("{first} {}", second.argument), second.means)).collect()
}

/// The first of two words as it is typed, once it is complete: blanks in quotation marks do not end it.
fn first_word(typed: &str) -> Option<&str> {
    let ends = typed.match_indices(' ').map(|(at, _)| &typed[..at]);
    ends.into_iter().find(|first| quoting::words(first).is_ok_and(|words| words.len() == 1))
}

fn branches(app: &App, is_meant: fn(&Branch) -> bool) -> Vec<Completion> {
    let Some(session) = app.session() else { return Vec::new() };
    let branches = session.history().branches();
    let meant = branches.into_iter().filter(is_meant);
    meant.map(|branch| candidate(quoted(&branch.name), number(branch.head))).collect()
}

fn tenants(app: &App) -> Vec<Completion> {
    app.workspace
        .sessions
        .iter()
        .map(|session| candidate(quoted(&session.tenant.id().0), number(session.cursor)))
        .collect()
}

fn array_keys(app: &App) -> Vec<Completion> {
    let fields = app.array_here().map(|here| here.fields).unwrap_or_default();
    let fields = fields.into_iter().map(|field| candidate(field.to_string(), "match elements by this field"));
    fields.chain([candidate(AUTO, "the field that identifies them"), candidate(INDEX, "match by position")]).collect()
}

fn marks(app: &App) -> Vec<Completion> {
    let places = app.session().map(Session::marked_places).unwrap_or_default();
    places.into_iter().map(|place| candidate(place.name, joined![number(place.version), " ", place.words])).collect()
}

/// The children of the container that the typed path leads to, as far as it is complete.
fn paths(app: &App, typed: &str) -> Vec<Completion> {
    let Some(state) = app.session().map(|session| session.shown.value()) else { return Vec::new() };
    let complete = typed.rfind(['.', '[']).map_or("", |at| &typed[..at]);
    let Ok(parent) = Path::parse(complete, state) else { return Vec::new() };
    let child = |step: Step| candidate(parent.join(step).to_string(), "");
    match state.at(&parent) {
        Some(Value::Object(object)) => {
            object.iter().take(MOST_CHILDREN).map(|(key, _)| child(Step::Key(key.clone()))).collect()
        }
        Some(Value::Array(array)) => (0..array.len().min(MOST)).map(|index| child(Step::Index(index))).collect(),
        _ => Vec::new(),
    }
}

fn files(app: &App, typed: &str) -> Vec<Completion> {
    let directory = directory_of(typed);
    let (looked_up, names) = &app.files;
    let names = names.iter().filter(|_| looked_up == directory);
    names.map(|name| candidate(format!("{directory}{name}"), "")).collect()
}
