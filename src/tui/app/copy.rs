//! What leaves the screen: onto the clipboard, into the scrollback, the editor, the pager.

use super::effect::ProgramDocument;
use super::tasks::TaskKind;
use super::{App, Effect, Session, View};
use crate::export::json::inert;
use crate::patch::between;
use crate::questions::EmbeddedPath;
use crate::tui::action::Action;
use crate::tui::app::report_text;
use crate::tui::frame_map::Pane;
use crate::tui::job::{FileText, Job, Making, Recorded, TextFor, hash};
use crate::tui::owner::SessionId;
use crate::value::{Path, Step, Value};
use crate::view::path::printed;
use crate::view::path_filter::of_path;
use crate::view::text::{SafeText, joined, number, size, visible};
use crate::view::variants;
use std::sync::Arc;

/// A value that was not copied is printed, if it is no longer than this.
const MOST_PRINTED: usize = 1_000_000;

/// What is under the cursor, and where.
struct Under<'a> {
    path: Path,
    value: Option<&'a Value>,
}

impl App {
    /// Copies what an action of the `y` family names.
    pub(super) fn copy(&mut self, action: Action) -> Vec<Effect> {
        let asked = self.session().and_then(|session| Some((session.id, self.text_of(action, session)?)));
        let Some((id, making)) = asked else {
            self.messages.note(match action {
                Action::CopyString => "Not a string: yy copies the value as JSON",
                Action::CopyKey => "The whole state has no key: yp copies its path",
                Action::CopyLink => "Standard input cannot be opened again from a link",
                Action::CopyCommand => "Standard input cannot be opened again from a command line",
                _ => "Nothing under the cursor to copy",
            });
            return Vec::new();
        };
        let least = self.least_size(action);
        if let Some(most) = self.setup.clipboard.most().filter(|most| least > *most as u64) {
            self.too_long(least, most);
            return Vec::new();
        }
        let what = self.name_of(action);
        self.make(id, making, TextFor::Copy(what))
    }

    /// What a text of a value comes to at least; 0 where that is not known at once.
    fn least_size(&self, action: Action) -> u64 {
        let value = self.session().and_then(|session| self.under(session).value);
        match action {
            Action::CopyValue | Action::CopyLine => value.map_or(0, Value::size),
            _ => 0,
        }
    }

    fn too_long(&mut self, length: u64, most: usize) {
        let (what, most) = (size(length), size(most as u64));
        self.messages.failure(joined![
            what,
            " is too large for the terminal's clipboard (",
            most,
            "): yP prints it, e opens it in your editor"
        ]);
    }

    pub(super) fn make(&mut self, id: SessionId, making: Making, what_for: TextFor) -> Vec<Effect> {
        self.tasks.drop_kind(id, |kind| matches!(kind, TaskKind::Text(_)));
        vec![self.begin(id, Job::Text(making, what_for))]
    }

    /// Takes a text to where it was asked for.
    pub(super) fn take_text(&mut self, text: String, what_for: &TextFor) -> Option<Effect> {
        let what = size(text.len() as u64);
        match what_for {
            TextFor::Copy(named) if text.is_empty() => {
                self.messages.note(joined!["Nothing copied: ", SafeText::data(named), " is empty"]);
                None
            }
            TextFor::Copy(named) => {
                if let Some(most) = self.setup.clipboard.most().filter(|most| text.len() > *most) {
                    self.too_long(text.len() as u64, most);
                    return None;
                }
                Some(Effect::Copy(named.clone(), text))
            }
            TextFor::Print => {
                self.messages.note(joined!["Printed ", what, " to the scrollback, visible after asof quits"]);
                Some(Effect::Print(text))
            }
            TextFor::Edit(name) => Some(Effect::Edit(ProgramDocument { name, text })),
            TextFor::Pipe(name, command) => Some(Effect::Pipe(ProgramDocument { name, text }, command.clone())),
            TextFor::Hash(version) => {
                self.messages.note(joined![
                    number(*version),
                    " is ",
                    text,
                    " (SHA-256 of its JSON, the first 16 digits)"
                ]);
                None
            }
        }
    }

    /// What an action of the `y` family copies, for the message.
    fn name_of(&self, action: Action) -> String {
        let path = self.session().map(|session| printed(&self.under(session).path)).unwrap_or_default();
        let ends = || self.session().map(|session| (session.shown.versions.a, session.shown.versions.b));
        let of_ends = |what: &str| {
            let (a, b) = ends().unwrap_or_default();
            format!("the {what} from {} to {}", number(a), number(b))
        };
        match action {
            Action::CopyPatch => of_ends("JSON Patch"),
            Action::CopyReport if self.workspace.view == View::VARIANTS => "the comparison of variants".to_owned(),
            Action::CopyReport => of_ends("report"),
            Action::CopyKey => format!("the key of {path}"),
            Action::CopyPath => format!("the path {path}"),
            Action::CopyPointer => format!("the JSON Pointer of {path}"),
            Action::CopyJq => format!("the jq filter of {path}"),
            Action::CopyLink => format!("a link to {path}"),
            Action::CopyCommand => format!("a command line that opens {path}"),
            Action::CopyString => format!("the string at {path}"),
            _ => format!("the value at {path}"),
        }
    }

    /// Says what got to the clipboard, and which way.
    pub fn copied(&mut self, what: &str, text: &str, way: &str) {
        self.messages.note(joined![
            "Copied ",
            size(text.len() as u64),
            " to the clipboard: ",
            what.to_owned(),
            ", ",
            way.to_owned()
        ]);
    }

    /// Writes a file that is not there yet; its ending says what.
    pub(super) fn export(&mut self, path: Option<&std::path::Path>) -> Vec<Effect> {
        let Some((session, path)) = self.session().zip(path) else { return Vec::new() };
        let content = match path.extension().and_then(|ending| ending.to_str()) {
            Some("jsonl") => Some(FileText::History(session.tenant.clone())),
            Some("json") => self.text_of(Action::CopyPatch, session).map(FileText::Text),
            Some("md") => self.text_of(Action::CopyReport, session).map(FileText::Text),
            _ => None,
        };
        let id = session.id;
        if let Some(content) = content {
            return vec![self.begin(id, Job::WriteFile { path: path.to_owned(), content })];
        }
        let name = SafeText::data(&path.display().to_string());
        self.messages.failure(joined![
            name,
            " names no format: .jsonl is the history, .json the diff as JSON Patch, .md the report"
        ]);
        Vec::new()
    }

    /// Prints the value under the cursor below the screen.
    pub(super) fn print(&mut self) -> Vec<Effect> {
        let asked = self.session().and_then(|session| Some((session.id, self.text_of(Action::CopyValue, session)?)));
        let Some((id, making)) = asked else {
            self.messages.note("Nothing under the cursor to print");
            return Vec::new();
        };
        self.make(id, making.then(inert), TextFor::Print)
    }

    /// What to say, and to print, when a text did not get to the clipboard.
    pub fn not_copied(&mut self, text: &str, why: &str) -> Option<Effect> {
        if text.len() > MOST_PRINTED {
            self.messages.failure(joined![
                "Not copied: ",
                why.to_owned(),
                "; too long to print here: e opens it in your editor"
            ]);
            return None;
        }
        self.messages.failure(joined![
            "Not copied: ",
            why.to_owned(),
            ". It is printed to the terminal's scrollback instead"
        ]);
        let lines: Vec<_> = text.lines().map(visible).collect();
        Some(Effect::Print(lines.join("\n")))
    }

    /// Opens a copy in the editor.
    pub(super) fn edit(&mut self) -> Vec<Effect> {
        let document = self.document();
        document.map(|(id, name, making)| self.make(id, making, TextFor::Edit(name))).unwrap_or_default()
    }

    /// Sends it through the pager, or through a command and then the pager.
    pub(super) fn pipe(&mut self, command: &str) -> Vec<Effect> {
        let command = (!command.is_empty()).then(|| command.to_owned());
        let document = self.document();
        document.map(|(id, name, making)| self.make(id, making, TextFor::Pipe(name, command))).unwrap_or_default()
    }

    /// Says the checksum of the state at the cursor.
    pub(super) fn show_checksum(&mut self) -> Vec<Effect> {
        let Some(session) = self.session().filter(|session| session.is_current()) else {
            self.messages.note("This state is still loading");
            return Vec::new();
        };
        let recorded = session.shown.recorded.as_ref().map(|recorded| &recorded.cursor);
        let value = recorded.unwrap_or(session.shown.value()).clone();
        let (id, version) = (session.id, session.shown.versions.cursor);
        self.make(id, Making::new(move || hash(&value)), TextFor::Hash(version))
    }

    /// The value under the cursor; where changes are looked at, the diff.
    fn document(&self) -> Option<(SessionId, &'static str, Making)> {
        let session = self.session()?;
        if self.workspace.view == View::DIFF || self.focus == Pane::Changes {
            let text = report_text::markdown(session, self.workspace.source()?);
            return Some((session.id, "diff.md", Making::of(text)));
        }
        let making = self.text_of(Action::CopyValue, session)?;
        Some((session.id, "state.json", making.then(|text| format!("{}\n", inert(text)))))
    }

    fn text_of(&self, action: Action, session: &Session) -> Option<Making> {
        let under = self.under(session);
        let (value, recorded) = (under.value.cloned(), self.recorded(session, &under.path));
        let outside = || EmbeddedPath { string: under.path.clone(), inside: Path::default() };
        let place = recorded.map_or_else(outside, |state| EmbeddedPath::new(state, &under.path));
        if self.workspace.view == View::VARIANTS && action == Action::CopyReport {
            let comparison = variants::comparison(&session.history(), &session.lists.variants)?;
            return Some(Making::of(variants::markdown(&comparison, &session.tenant.id().0)));
        }
        let text = match action {
            Action::CopyValue => return value.map(|value| Making::new(move || value.to_json_pretty())),
            Action::CopyLine => return value.map(|value| Making::new(move || value.to_json())),
            Action::CopyString => recorded.and_then(|state| state.at(&under.path)).or(value.as_ref()).and_then(string),
            Action::CopyPath => Some(under.path.to_string()),
            Action::CopyPointer => Some(place.string.to_pointer().to_string()),
            Action::CopyJq => Some(of_path(recorded.unwrap_or(&Value::Null), &under.path)),
            Action::CopyKey => under.path.0.last().map(key),
            Action::CopyPatch => {
                if let Some(Recorded { a, b, .. }) = session.shown.recorded.clone() {
                    return Some(Making::new(move || between(&a, &b).to_value().to_json_pretty()));
                }
                let ends = Arc::clone(&session.shown.ends);
                let patch = move || between(&ends.compared.left, &ends.compared.right).to_value().to_json_pretty();
                return Some(Making::new(patch));
            }
            Action::CopyReport => Some(report_text::markdown(session, self.workspace.source()?)),
            Action::CopyLink => self.link(session, &place.string),
            Action::CopyCommand => report_text::command_line(session, self.workspace.source()?, &place.string),
            _ => None,
        };
        text.map(Making::of)
    }

    /// The path under the cursor of the view shown.
    pub(super) fn path_under_cursor(&self, session: &Session) -> Path {
        self.under(session).path
    }

    fn under<'a>(&self, session: &'a Session) -> Under<'a> {
        let path = match (self.workspace.view, self.focus) {
            (View::DIFF, _) => session.difftree.path(),
            (View::DEBUG, Pane::Changes) => session.changes.path().unwrap_or_default(),
            _ => return Under { path: session.tree.path().clone(), value: Some(session.tree.value()) },
        };
        let value = session.shown.ends().right.at(&path).or_else(|| session.shown.ends().left.at(&path));
        Under { path, value }
    }
}

fn key(step: &Step) -> String {
    match step {
        Step::Key(key) => key.to_string(),
        Step::Index(index) => index.to_string(),
    }
}

fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    }
}
