//! The boxes that list what the program knows: messages and problems, options, keys.

use super::App;
use crate::import::Note;
use crate::record::Version;
use crate::source::Address;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::notice::OpenSource;
use crate::tui::message::MessageTone;
use crate::tui::settings::OPTIONS;
use crate::view::text::{SafeText, counted, joined, number};

impl App {
    /// What is open, for a box that tells what happened to it.
    pub fn open_source(&self) -> OpenSource {
        let address = self.workspace.address.as_ref();
        OpenSource {
            title: address.map(Address::title).unwrap_or_default().into(),
            versions: self.workspace.versions(),
            again: address.filter(|address| address.lasting().is_some()).cloned(),
        }
    }

    /// Problems of the source, what is odd in it, then everything said so far, newest first.
    pub(super) fn show_messages(&mut self) {
        let odd = &self.workspace.load.odd;
        let problem = |place: SafeText| (MessageTone::Failure, place);
        let problems =
            odd.problems.iter().map(|found| problem(joined![found.place.to_string(), ": ", found.why.clone()]));
        let unlisted = odd.problem_count.saturating_sub(odd.problems.len());
        let more = (unlisted > 0).then(|| (MessageTone::Note, joined!["… and ", counted(unlisted, "more problem")]));
        let note = |(note, version): &(Note, Version)| {
            let of = if version.0 == 0 { SafeText::default() } else { joined![", ", number(*version)] };
            joined![note.place.to_string(), of, ": ", note.why.clone()]
        };
        let notes = odd.notes.iter().map(|odd| (MessageTone::Note, note(odd)));
        let said = self.messages.all().iter().rev().map(|message| (message.tone, message.text.clone()));
        let lines: Vec<_> = problems.chain(more).chain(notes).chain(said).collect();
        let title = match odd.problem_count {
            0 => "Messages".into(),
            many => joined![counted(many, "problem"), ", messages"],
        };
        self.show_box(Dialog::lines(title, lines.into_iter().map(|(tone, line)| (tone, line.into())).collect()));
    }

    /// All options, what they are, and why.
    pub(super) fn show_options(&mut self) {
        let mut lines: Vec<SafeText> = Vec::new();
        for setting in OPTIONS {
            let origin = self.setup.config.settings.origin(setting.id);
            lines.push(joined![self.option_words(setting), " (", origin.to_string(), ")"]);
            lines.push(joined!["    ", setting.doc, ": ", setting.values()]);
        }
        self.show_box(Dialog::text("Options", lines));
    }

    /// All keys of all places, and which of them are hidden by a nearer place.
    pub(super) fn show_bindings(&mut self) {
        let mut lines = vec!["Where one key has several meanings, the place nearest to the cursor decides.".into()];
        for (place, keys) in self.keymap.listed() {
            lines.push(SafeText::default());
            lines.push(place);
            lines.extend(keys.into_iter().map(|line| joined!["  ", line]));
        }
        self.show_box(Dialog::text("All keys", lines));
    }
}
