//! What leaves an open box while it stays: its value, or its text, onto the clipboard or into the editor.

use super::{App, Effect};
use crate::export::json::inert;
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::notice::{BoxValue, Notice};
use crate::tui::job::{Making, TextFor};
use crate::value::Value;

impl App {
    fn notice(&self) -> Option<&Notice> {
        match self.dialog.as_ref().map(|open| &open.dialog) {
            Some(Dialog::Notice(notice)) => Some(notice),
            _ => None,
        }
    }

    /// The values that the open box shows.
    pub(super) fn boxed_values(&self) -> &[BoxValue] {
        self.notice().map_or(&[], Notice::values)
    }

    /// Copies what the open box shows, or opens it in the editor, whatever is under the cursor by now. Where it shows a value of
    /// A and one of B, the latter is copied, and both are opened.
    pub(super) fn take_from_box(&mut self, action: Action) -> Vec<Effect> {
        let Some(notice) = self.notice() else { return Vec::new() };
        let text = |making: fn(&Value) -> String, value: &Value| {
            let value = value.clone();
            Making::new(move || making(&value))
        };
        let (making, what_for) = match (action, notice.values()) {
            (Action::Edit, [only]) => {
                let text = text(Value::to_json_pretty, &only.value);
                (text.then(|text| format!("{}\n", inert(text))), TextFor::Edit("state.json"))
            }
            (Action::Edit, []) => (Making::of(notice.text()), TextFor::Edit("text.txt")),
            (Action::Edit, values) => (Making::of(sides(values)), TextFor::Edit("values.txt")),
            (_, []) => (Making::of(notice.text()), TextFor::Copy("the text of the box".into())),
            (Action::CopyString, [.., last]) => {
                let Value::String(string) = &last.value else {
                    self.messages.note("Not a string: yy copies the value as JSON");
                    return Vec::new();
                };
                (Making::of(string.to_string()), TextFor::Copy(format!("the string {}", last.place)))
            }
            (_, [.., last]) => {
                let making = if action == Action::CopyLine { Value::to_json } else { Value::to_json_pretty };
                (text(making, &last.value), TextFor::Copy(format!("the value {}", last.place)))
            }
        };
        match self.session().map(|session| session.id) {
            Some(id) => self.make(id, making, what_for),
            None => self.take_text(making.make(), &what_for).into_iter().collect(),
        }
    }
}

/// Values with where each is, for the editor.
fn sides(values: &[BoxValue]) -> String {
    let side = |side: &BoxValue| format!("{}:\n{}\n", side.place, inert(side.value.to_json_pretty()));
    values.iter().map(side).collect::<Vec<_>>().join("\n")
}
