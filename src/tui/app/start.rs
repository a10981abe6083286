//! Before anything is open: what was opened lately, opening one of it or something else, and coming back here when
//! nothing of a source could be read.

use super::{App, Effect, Workspace};
use crate::Error;
use crate::source::{Address, Recent};
use crate::tui::dialog::Dialog;
use crate::tui::dialog::form::{Form, expand_home};
use crate::tui::job::Job;
use crate::tui::owner::Owner;
use crate::view::list::ListMove;

impl App {
    /// Whether nothing is open, nor being opened.
    pub fn is_start(&self) -> bool {
        self.workspace.address.is_none()
    }

    /// Opens a source in place of what is open.
    pub fn open(&mut self, address: Address) -> Vec<Effect> {
        self.unopened = None;
        let mut effects = self.keep_views();
        self.replace_workspace(Some(address));
        effects.extend(self.start());
        effects
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
            self.show_box(Dialog::Form(Form::open()));
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
            Err(error) => self.show_box(Dialog::unopened(&error, text, None)),
        }
        Vec::new()
    }

    /// Nothing at all of the source could be read: back to the start, where something else can be opened.
    pub(super) fn could_not_open(&mut self, error: Error) {
        let Some(address) = self.workspace.address.clone() else { return };
        let again = address.lasting().map(|_| address.clone());
        self.replace_workspace(None);
        self.queue_notice(Owner::Program, Dialog::unopened(&error, &address.title(), again));
        self.messages.failure(error.to_string());
        self.unopened = Some(error);
    }

    /// Puts the source that has been read at the top of the recent ones.
    pub(super) fn remember(&mut self) -> Option<Effect> {
        let (recents, address) = (self.setup.recents.clone()?, self.workspace.address.clone()?);
        let versions = self.workspace.load.progress.versions;
        Some(self.begin(Owner::Program, Job::Remember { recents, address, versions }))
    }

    /// Closes what is open, with all that belongs to it, and makes room for something else. What must finish goes on.
    fn replace_workspace(&mut self, address: Option<Address>) {
        let closed = self.workspace.id;
        self.tasks.close(closed);
        self.workspace = Workspace::new(closed.next(), address, self.now);
        self.close_boxes_of(closed);
    }
}
