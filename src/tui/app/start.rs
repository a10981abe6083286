//! Before anything is open: what was opened lately, opening one of it or something else, and coming back here when
//! nothing of a source could be read.

use super::{App, Effect, View};
use crate::Error;
use crate::source::{Address, Recent};
use crate::tui::dialog::Dialog;
use crate::tui::dialog::form::{Form, expand_home};
use crate::tui::job::Job;
use crate::tui::tour::Tour;
use crate::view::list::ListMove;

impl App {
    /// Whether nothing is open, nor being opened.
    pub fn is_start(&self) -> bool {
        self.setup.address.is_none()
    }

    /// Opens a source in place of what is open.
    pub fn open(&mut self, address: Address) -> Vec<Effect> {
        self.tour = Tour::of(&address);
        self.setup.address = Some(address);
        self.unopened = None;
        self.leave_recording();
        self.start()
    }

    /// Moves in the list of recent ones.
    pub(super) fn recent_rows(&mut self, step: ListMove) {
        self.recent.act(step, self.setup.recent.len());
    }

    pub(super) fn open_recent(&mut self) -> Vec<Effect> {
        let source = self.selected_recent().map(|recent| recent.source.clone());
        source.map(|source| self.open_text(&source)).unwrap_or_default()
    }

    /// The row that Enter opens.
    pub fn selected_recent(&self) -> Option<&Recent> {
        let recent = &self.setup.recent;
        self.recent.selected(recent.len()).and_then(|at| recent.get(at))
    }

    /// Opens what a text names, or asks for a text.
    pub(super) fn open_or_ask(&mut self, text: &str) -> Vec<Effect> {
        if text.is_empty() {
            self.dialog = Some(Dialog::Form(Form::open()));
            return Vec::new();
        }
        self.open_text(text)
    }

    pub(super) fn open_demo(&mut self, name: &str) -> Vec<Effect> {
        self.open_parsed(Address::demo(name), name)
    }

    pub(super) fn open_text(&mut self, text: &str) -> Vec<Effect> {
        let path = expand_home(text);
        self.open_parsed(Address::parse(path.to_str().unwrap_or(text)), text)
    }

    fn open_parsed(&mut self, address: Result<Address, Error>, text: &str) -> Vec<Effect> {
        match address {
            // The keys are read from there.
            Ok(Address::Stdin) => self.messages.failure("Standard input is the keyboard here: pipe into asof open -"),
            Ok(address) => return self.open(address),
            Err(error) => self.dialog = Some(Dialog::unopened(&error, text, None)),
        }
        Vec::new()
    }

    /// Nothing at all of the source could be read: back to the start, where something else can be opened.
    pub(super) fn could_not_open(&mut self, error: Error) {
        let Some(address) = self.setup.address.take() else { return };
        let again = address.lasting().map(|_| address.clone());
        self.dialog = Some(Dialog::unopened(&error, &address.title(), again));
        self.messages.failure(error.to_string());
        self.tour = None;
        self.unopened = Some(error);
        self.leave_recording();
    }

    /// Puts the source that has been read at the top of the recent ones.
    pub(super) fn remember(&self) -> Option<Effect> {
        let (recents, address) = (self.setup.recents.clone()?, self.setup.address.clone()?);
        let versions = self.load.progress.versions;
        Some(Effect::Start(Job::Remember { recents, address, versions }))
    }

    fn leave_recording(&mut self) {
        self.recording = None;
        self.sessions.clear();
        self.current = 0;
        self.view = View::Debug;
        self.load = super::Load::new(self.now);
    }
}
