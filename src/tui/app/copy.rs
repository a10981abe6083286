//! What goes on the clipboard.

use super::{App, Effect, Session, View};
use crate::patch::between;
use crate::tui::action::Action;
use crate::value::{Path, Step, Value};
use crate::view::text::size;

/// Terminals drop longer texts, some without a word.
const MOST: usize = 74_000;

/// What is under the cursor, and where.
struct Under<'a> {
    path: Path,
    value: Option<&'a Value>,
}

impl App {
    /// Copies what an action of the `y` family names.
    pub(super) fn copy(&mut self, action: Action) -> Vec<Effect> {
        let Some(text) = self.session().and_then(|session| text_of(action, session, self.view)) else {
            self.messages.note("There is nothing under the cursor to copy");
            return Vec::new();
        };
        let what = size(text.len() as u64);
        if text.len() > MOST {
            let most = size(MOST as u64);
            self.messages.failure(format!(
                "{what} is too much for a terminal's clipboard ({most}): \"asof state\" or \"asof diff\" prints it"
            ));
            return Vec::new();
        }
        self.messages
            .note(format!("Copied {what} through the terminal (OSC 52); terminals that do not allow it ignore it"));
        vec![Effect::Copy(text)]
    }
}

fn text_of(action: Action, session: &Session, view: View) -> Option<String> {
    let under = under(session, view);
    match action {
        Action::CopyValue => under.value.map(Value::to_json_pretty),
        Action::CopyLine => under.value.map(Value::to_json),
        Action::CopyPath => Some(under.path.to_string()),
        Action::CopyPointer => Some(under.path.to_pointer().to_string()),
        Action::CopyKey => under.path.0.last().map(key),
        Action::CopyPatch => Some(between(&session.shown.left, &session.shown.right).to_value().to_json_pretty()),
        _ => None,
    }
}

fn under(session: &Session, view: View) -> Under<'_> {
    match view {
        View::Debug => Under { path: session.tree.path().clone(), value: Some(session.tree.value()) },
        View::Diff => {
            let path = session.difftree.path();
            let value = session.shown.right.at(&path).or_else(|| session.shown.left.at(&path));
            Under { path, value }
        }
    }
}

fn key(step: &Step) -> String {
    match step {
        Step::Key(key) => key.to_string(),
        Step::Index(index) => index.to_string(),
    }
}
