//! What leaves the screen: onto the clipboard, into the scrollback, the editor, the pager.

use super::{App, Effect, Session, View};
use crate::export::json::inert;
use crate::patch::between;
use crate::tui::action::Action;
use crate::tui::app::report_text;
use crate::tui::dialog::form::expand_home;
use crate::tui::job::{Content, Job};
use crate::tui::pane::layout::Pane;
use crate::value::{Path, Step, Value};
use crate::view::text::{number, size, visible};
use crate::view::variants;
use sha2::{Digest, Sha256};

/// A value that was not copied is printed, if it is no longer than this.
const MOST_PRINTED: usize = 1_000_000;

/// What `:copy` can name.
const WORDS: [(&str, Action); 10] = [
    ("value", Action::CopyValue),
    ("line", Action::CopyLine),
    ("key", Action::CopyKey),
    ("path", Action::CopyPath),
    ("pointer", Action::CopyPointer),
    ("jq", Action::CopyJq),
    ("string", Action::CopyString),
    ("patch", Action::CopyPatch),
    ("link", Action::CopyLink),
    ("report", Action::CopyReport),
];

/// What is under the cursor, and where.
struct Under<'a> {
    path: Path,
    value: Option<&'a Value>,
}

/// A text for a program, with a file name that tells its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `state.json`, `diff.md`.
    pub name: &'static str,
    /// All of it.
    pub text: String,
}

impl App {
    /// Copies what an action of the `y` family names.
    pub(super) fn copy(&mut self, action: Action) -> Vec<Effect> {
        let Some(text) = self.session().and_then(|session| self.text_of(action, session)) else {
            self.messages.note(match action {
                Action::CopyString => "There is no string under the cursor: yy copies any value",
                Action::CopyKey => "The whole state has no key: yp copies its path",
                Action::CopyLink => "Standard input cannot be opened again: there is no link to it",
                _ => "There is nothing under the cursor to copy",
            });
            return Vec::new();
        };
        let what = size(text.len() as u64);
        if let Some(most) = self.setup.clipboard.most().filter(|most| text.len() > *most) {
            let most = size(most as u64);
            self.messages.failure(format!(
                "{what} is more than a terminal's clipboard takes ({most}): yP prints it, e opens it in your editor"
            ));
            return Vec::new();
        }
        self.messages.note(format!("Copied {what} {}", self.setup.clipboard.route()));
        vec![Effect::Copy(text)]
    }

    /// Copies what a word names.
    pub(super) fn copy_what(&mut self, word: &str) -> Vec<Effect> {
        let word = if word.is_empty() { "value" } else { word };
        if let Some((_, action)) = WORDS.iter().find(|(name, _)| *name == word) {
            return self.copy(*action);
        }
        let known = WORDS.map(|(name, _)| name).join(", ");
        self.messages.failure(format!("Copy what? One of {known}"));
        Vec::new()
    }

    /// Writes a file that is not there yet; its ending says what.
    pub(super) fn export(&mut self, path: &str) -> Vec<Effect> {
        let Some(session) = self.session() else { return Vec::new() };
        let content = match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("jsonl") => Some(Content::History(session.tenant.clone())),
            Some("json") => self.text_of(Action::CopyPatch, session).map(Content::Text),
            Some("md") => self.text_of(Action::CopyReport, session).map(Content::Text),
            _ => None,
        };
        let id = session.id;
        if let Some(content) = content {
            return vec![self.begin(id, Job::WriteFile { path: expand_home(path), content })];
        }
        self.messages
            .failure("Export to which file? .jsonl is the history, .json the diff as JSON Patch, .md the report");
        Vec::new()
    }

    /// Prints the value under the cursor below the screen.
    pub(super) fn print(&mut self) -> Vec<Effect> {
        let Some(text) = self.session().and_then(|session| self.text_of(Action::CopyValue, session)) else {
            self.messages.note("There is nothing under the cursor to print");
            return Vec::new();
        };
        let (what, text) = (size(text.len() as u64), inert(text));
        self.messages.note(format!("Printed {what} to the terminal's scrollback: it is there when asof ends"));
        vec![Effect::Print(text)]
    }

    /// What to say, and to print, when a text did not get to the clipboard.
    pub fn not_copied(&mut self, text: &str, why: &str) -> Option<Effect> {
        if text.len() > MOST_PRINTED {
            self.messages.failure(format!("Not copied: {why}; too long to print here: e opens it in your editor"));
            return None;
        }
        self.messages.failure(format!("Not copied: {why}. It is printed to the terminal's scrollback instead"));
        let lines: Vec<_> = text.lines().map(visible).collect();
        Some(Effect::Print(lines.join("\n")))
    }

    /// Opens a copy in the editor.
    pub(super) fn edit(&mut self) -> Vec<Effect> {
        self.document().map(Effect::Edit).into_iter().collect()
    }

    /// Sends it through the pager, or through a command and then the pager.
    pub(super) fn pipe(&mut self, command: &str) -> Vec<Effect> {
        let command = (!command.is_empty()).then(|| command.to_owned());
        self.document().map(|document| Effect::Pipe(document, command)).into_iter().collect()
    }

    /// Says the checksum of the state at the cursor.
    pub(super) fn say_hash(&mut self) {
        let Some(session) = self.session().filter(|session| session.is_current()) else {
            return self.messages.note("This state is still being fetched");
        };
        let digest = Sha256::digest(session.shown.value().to_json());
        let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let words =
            format!("{} is {hash} (SHA-256 of its JSON, the first 16 digits)", number(session.shown.versions.cursor));
        self.messages.note(words);
    }

    /// The value under the cursor; where changes are looked at, the diff.
    fn document(&self) -> Option<Document> {
        let session = self.session()?;
        if self.workspace.view == View::Diff || self.focus == Pane::Changes {
            let text = report_text::markdown(session, self.workspace.address.as_ref()?);
            return Some(Document { name: "diff.md", text });
        }
        let text = self.text_of(Action::CopyValue, session)?;
        Some(Document { name: "state.json", text: format!("{}\n", inert(text)) })
    }

    fn text_of(&self, action: Action, session: &Session) -> Option<String> {
        let under = self.under(session);
        if self.workspace.view == View::Variants && action == Action::CopyReport {
            let comparison = variants::comparison(&session.history(), &session.lists.variants)?;
            return Some(variants::markdown(&comparison, &session.tenant.id().0));
        }
        match action {
            Action::CopyValue => under.value.map(Value::to_json_pretty),
            Action::CopyLine => under.value.map(Value::to_json),
            Action::CopyString => under.value.and_then(string),
            Action::CopyPath => Some(under.path.to_string()),
            Action::CopyPointer => Some(under.path.to_pointer().to_string()),
            Action::CopyJq => Some(jq(&under.path)),
            Action::CopyKey => under.path.0.last().map(key),
            Action::CopyPatch => {
                Some(between(&session.shown.ends().left, &session.shown.ends().right).to_value().to_json_pretty())
            }
            Action::CopyReport => Some(report_text::markdown(session, self.workspace.address.as_ref()?)),
            Action::CopyLink => report_text::command_line(session, self.workspace.address.as_ref()?, &under.path),
            _ => None,
        }
    }

    fn under<'a>(&self, session: &'a Session) -> Under<'a> {
        let path = match (self.workspace.view, self.focus) {
            (View::Diff, _) => session.difftree.path(),
            (View::Debug, Pane::Changes) => session.changes.path().unwrap_or_default(),
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

/// The path as jq reads it: only keys that are identifiers stand bare.
fn jq(path: &Path) -> String {
    let steps = path.0.iter().map(|step| match step {
        Step::Key(key) if is_identifier(key) => format!(".{key}"),
        Step::Key(key) => format!("[{}]", Value::from(&**key).to_json()),
        Step::Index(index) => format!("[{index}]"),
    });
    let text: String = steps.collect();
    if text.starts_with('.') { text } else { format!(".{text}") }
}

fn is_identifier(key: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    key.starts_with(letter) && key.chars().all(|c| letter(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(steps: &[Step], expected: &str) {
        assert_eq!(jq(&Path(steps.to_vec())), expected);
    }

    #[test]
    fn jq_paths_quote_what_jq_would_not_read() {
        let key = |key: &str| Step::Key(key.into());
        check(&[], ".");
        check(&[key("cart"), key("items"), Step::Index(0), key("qty")], ".cart.items[0].qty");
        check(&[key("s-0001"), key("x")], ".[\"s-0001\"].x");
        check(&[key("a"), key("odd \"key\"")], ".a[\"odd \\\"key\\\"\"]");
        check(&[Step::Index(3), key("é")], ".[3][\"é\"]");
        check(&[key("1a")], ".[\"1a\"]");
    }
}
