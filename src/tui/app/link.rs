//! Links to what is on the screen: what a link's parts say and what they do, in one table.

use super::script::ScriptStep;
use super::views::VIEWS;
use super::{App, Session, StartSpot, View};
use crate::record::{DEFAULT_TENANT, Version};
use crate::source::{Address, Link};
use crate::tui::action::{ACTIONS, Action};
use crate::value::Path;
use crate::view::find::{FindKind, FindQuery};

/// Parts that are commands with an argument: their names in links, and the actions.
const COMMANDS: [(&str, Action); 9] = [
    ("a", Action::EndpointA),
    ("b", Action::EndpointB),
    ("lane", Action::Lane),
    ("column", Action::Column),
    ("find", Action::Show(View::FIND)),
    ("find-text", Action::FindText),
    ("find-label", Action::FindLabel),
    ("find-author", Action::FindAuthor),
    ("find-tag", Action::FindTag),
];

/// The part that says which run of versions is selected among those found: its first version.
const HIT: &str = "hit";

/// The part that says that the newest are found first.
const NEWEST_FIRST: &str = "newest-first";

/// Lists that a link sets as a whole: what the person has pinned there is put away first.
const LISTS: [Action; 2] = [Action::Lane, Action::Column];

impl StartSpot {
    /// Where a link leads, and what it shows there.
    pub fn of_link(link: &Link) -> Self {
        let text = |name: &str| link.value(name).map(str::to_owned);
        let set = |action: &Action| COMMANDS.iter().any(|(name, of)| of == action && link.value(name).is_some());
        let cleared = LISTS.iter().filter(|action| set(action)).map(|action| command(*action, "off"));
        let steps = cleared.chain(link.parts.iter().filter_map(|(name, value)| step(name, value))).collect();
        Self { at: text("v"), path: text("path"), steps, ..Self::default() }
    }
}

/// What a part does once the version and the path are there.
fn step(name: &str, value: &str) -> Option<ScriptStep> {
    match name {
        "v" | "path" | "tenant" => return None,
        HIT => return value.parse().ok().map(|version| ScriptStep::Hit(Version(version))),
        NEWEST_FIRST => return Some(command(Action::ReverseFind, "")),
        _ => {}
    }
    if let Some((_, action)) = COMMANDS.iter().find(|(of, _)| *of == name) {
        return Some(command(*action, value));
    }
    let view = VIEWS.iter().find(|spec| name == "view" && word(spec.view.0) == value);
    let said =
        || ScriptStep::Say(format!("The link also says {name}={value}, which this version of asof does not know"));
    Some(view.map_or_else(said, |spec| command(Action::Show(spec.view), "")))
}

/// An action with its argument, as a step of a script.
pub(super) fn command(action: Action, argument: &str) -> ScriptStep {
    let name = ACTIONS.iter().find(|spec| spec.action == action).map_or("", |spec| spec.name);
    ScriptStep::Command(format!("{name} {argument}").trim_end().to_owned())
}

/// The part that says what is looked for.
fn part_of(kind: FindKind) -> &'static str {
    match kind {
        FindKind::Where => "find",
        FindKind::Text => "find-text",
        FindKind::Label => "find-label",
        FindKind::Author => "find-author",
        FindKind::Tag => "find-tag",
    }
}

/// A view's name in links.
fn word(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

impl App {
    /// The link that opens what is shown; `None` for what cannot be opened again.
    pub(super) fn link(&self, session: &Session, path: &Path) -> Option<String> {
        let source = match self.workspace.source()? {
            Address::Demo(name) => format!("demo:{name}"),
            address => address.lasting()?,
        };
        let mut parts = Vec::new();
        let mut say = |name: &str, value: String| parts.push((name.to_owned(), value));
        let tenant = &session.tenant.id().0;
        if *tenant != *DEFAULT_TENANT {
            say("tenant", tenant.to_string());
        }
        say("v", session.cursor.0.to_string());
        let found = &session.asked.finding.found;
        let pinned = [("a", session.pin_a), ("b", session.pin_b)];
        // What was limited by ends that are others by now is found between these, before they are put where they are.
        let limits = [("a", found.query.first), ("b", found.query.last)];
        if session.asked.finding.is_on && !found.query.text.is_empty() {
            let ends = limits.into_iter().filter_map(|(name, end)| Some((name, end?)));
            ends.clone().for_each(|(name, Version(at))| say(name, at.to_string()));
            let FindQuery { kind, text, newest_first, .. } = &found.query;
            if *newest_first {
                say(NEWEST_FIRST, String::new());
            }
            say(part_of(*kind), text.clone());
            if let Some(hit) = found.selected() {
                say(HIT, hit.span.from.0.to_string());
            }
            // The same end once more lets it follow again.
            let moved = ends.filter(|(name, end)| !pinned.contains(&(name, Some(*end))));
            moved
                .filter(|(name, _)| pinned.contains(&(name, None)))
                .for_each(|(name, Version(at))| say(name, at.to_string()));
        }
        let said = |pin: &(&str, Option<Version>)| session.asked.finding.is_on && limits.contains(pin);
        for (name, Version(at)) in
            pinned.into_iter().filter(|pin| !said(pin)).filter_map(|(name, pin)| Some((name, pin?)))
        {
            say(name, at.to_string());
        }
        if !path.0.is_empty() {
            say("path", path.to_string());
        }
        let followed = session.asked.expressions.kept();
        followed.lanes.into_iter().for_each(|text| say("lane", text));
        followed.columns.into_iter().for_each(|text| say("column", text));
        // What was found is shown where it is found.
        let is_there = if session.asked.finding.is_on { View::FIND } else { View::DEBUG };
        if self.workspace.view != is_there {
            say("view", word(self.workspace.view.0));
        }
        Some(Link { source, parts }.to_string())
    }
}
