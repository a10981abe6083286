//! The boxes that list what the program knows: messages and problems, options, keys.

use super::App;
use crate::import::Note;
use crate::record::Version;
use crate::source::Address;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::notice::OpenSource;
use crate::tui::message::Tone;
use crate::tui::settings::OPTIONS;
use crate::view::text::{counted, data, number};

impl App {
    /// What is open, for a box that tells what happened to it.
    pub fn open_source(&self) -> OpenSource {
        let address = self.workspace.address.as_ref();
        OpenSource {
            title: data(&address.map(Address::title).unwrap_or_default()).into_owned(),
            versions: self.workspace.load.progress.versions,
            again: address.filter(|address| address.lasting().is_some()).cloned(),
        }
    }

    /// Problems of the source, what is odd in it, then everything said so far, newest first.
    pub(super) fn show_messages(&mut self) {
        let odd = &self.workspace.load.odd;
        let problem = |place: String| (Tone::Failure, data(&place).into_owned());
        let problems = odd.problems.iter().map(|found| problem(format!("{}: {}", found.place, found.why)));
        let unlisted = odd.problem_count.saturating_sub(odd.problems.len());
        let more = (unlisted > 0).then(|| (Tone::Note, format!("… and {}", counted(unlisted, "more problem"))));
        let note = |(note, version): &(Note, Version)| {
            data(&format!("{}, {}: {}", note.place, number(*version), note.why)).into_owned()
        };
        let notes = odd.notes.iter().map(|odd| (Tone::Note, note(odd)));
        let said = self.messages.all().iter().rev().map(|message| (message.tone, message.text.clone()));
        let lines: Vec<_> = problems.chain(more).chain(notes).chain(said).collect();
        let title = match odd.problem_count {
            0 => "Messages".to_owned(),
            many => format!("{}, messages", counted(many, "problem")),
        };
        self.show_box(Dialog::lines(title, lines));
    }

    /// All options, what they are, and why.
    pub(super) fn show_options(&mut self) {
        let mut lines: Vec<String> = Vec::new();
        for setting in OPTIONS {
            let origin = self.setup.config.settings.origin(setting.id);
            lines.push(format!("{} ({})", self.option_words(setting), data(&origin.to_string())));
            lines.push(format!("    {}: {}", setting.doc, setting.values()));
        }
        self.show_box(Dialog::text("Options", lines));
    }

    /// All keys of all places, and which of them are hidden by a nearer place.
    pub(super) fn show_bindings(&mut self) {
        let mut lines = vec!["Where one key has several meanings, the place nearest to the cursor decides.".to_owned()];
        for (place, keys) in self.keymap.listed() {
            lines.push(String::new());
            lines.push(place);
            lines.extend(keys.into_iter().map(|line| format!("  {line}")));
        }
        self.show_box(Dialog::text("All keys", lines));
    }
}
