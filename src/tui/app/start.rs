//! Before anything is open: what was opened lately, opening one of it or something else, and coming back here when
//! nothing of a source could be read.

use super::{App, Effect, Workspace};
use crate::Error;
use crate::source::{Address, Reading, Recent, TrackedFile};
use crate::tui::action::Action;
use crate::tui::action::expand_home;
use crate::tui::dialog::{AfterUnopened, Dialog};
use crate::tui::job::Job;
use crate::tui::owner::Owner;
use crate::view::list::ListMove;
use crate::view::text::{counted, joined};
use std::ffi::OsStr;
use std::path::PathBuf;

/// Files that git holds versions of which are offered, at most.
const MOST_TRACKED: usize = 12;

/// What can be opened at one key.
pub enum Offer<'a> {
    /// It was opened lately.
    Recent(&'a Recent),
    /// Git holds versions of it.
    Tracked(&'a TrackedFile),
}

impl Offer<'_> {
    /// What it is opened by.
    pub fn source(&self) -> String {
        match self {
            Self::Recent(recent) => recent.source.clone(),
            Self::Tracked(file) => git_source(file),
        }
    }
}

fn git_source(file: &TrackedFile) -> String {
    format!("git:{}", file.path.display())
}

impl App {
    /// Whether nothing is open, nor being opened.
    pub fn is_start(&self) -> bool {
        self.workspace.address.is_none()
    }

    /// Opens a source in place of what is open.
    pub fn open(&mut self, address: Address) -> Vec<Effect> {
        self.open_as(address, None)
    }

    /// Opens it as what somebody has chosen it to be.
    pub(super) fn open_as(&mut self, address: Address, reading: Option<Reading>) -> Vec<Effect> {
        self.unopened = None;
        let mut effects = self.keep_views();
        self.replace_workspace(Some(address));
        self.workspace.reading = reading;
        effects.extend(self.start());
        effects
    }

    /// What can be opened at one key: what was opened lately, then files that git holds versions of.
    pub fn offers(&self) -> impl Iterator<Item = Offer<'_>> {
        let recent = &self.setup.recent;
        let is_new = |file: &&TrackedFile| recent.iter().all(|recent| recent.source != git_source(file));
        recent
            .iter()
            .map(Offer::Recent)
            .chain(self.tracked.iter().filter(is_new).take(MOST_TRACKED).map(Offer::Tracked))
    }

    /// Moves in the list of what can be opened.
    pub(super) fn offered_rows(&mut self, step: ListMove) {
        let count = self.offers().count();
        self.offered.act(step, count);
    }

    pub(super) fn open_offered(&mut self) -> Vec<Effect> {
        let source = self.selected_offer().map(|offer| offer.source());
        source.map(|source| self.open_text(&source)).unwrap_or_default()
    }

    /// The row that Enter opens.
    pub fn selected_offer(&self) -> Option<Offer<'_>> {
        self.offered.selected(self.offers().count()).and_then(|at| self.offers().nth(at))
    }

    /// Asks git which files of the working directory it holds versions of.
    pub(super) fn look_for_tracked(&mut self) -> Option<Effect> {
        self.setup.asks_git.then(|| self.begin(Owner::Program, Job::ListTracked(".".into())))
    }

    /// Takes what git holds versions of; of a file with one version there is nothing to go through.
    pub(super) fn take_tracked(&mut self, mut files: Vec<TrackedFile>) {
        files.retain(|file| file.versions > 1);
        self.tracked = files;
        // Where a file of the repository could not be opened another one is what is looked for.
        let first = self.offers().position(|offer| matches!(offer, Offer::Tracked(_)));
        if let Some(first) = first.filter(|_| self.unopened.is_some()) {
            self.offered_rows(ListMove::First);
            self.offered_rows(ListMove::Down(first));
        }
    }

    /// Asks git how many versions it holds of the file that has been opened.
    pub(super) fn ask_in_git(&mut self) -> Option<Effect> {
        let Some(Address::File(path)) = self.workspace.address.as_ref().filter(|_| self.setup.asks_git) else {
            return None;
        };
        let job = Job::CountInGit(path.clone());
        Some(self.begin(Owner::Workspace(self.workspace.id), job))
    }

    /// Says so where git holds more than the file says itself.
    pub(super) fn take_in_git(&mut self, path: PathBuf, versions: u64) {
        if versions > 1 {
            let (key, name) = (self.keymap.key_of(Action::OpenVersions), path.file_name().map(OsStr::to_string_lossy));
            let name = name.unwrap_or_default().into_owned();
            self.messages.note(joined![
                "Git holds ",
                counted(versions, "version"),
                " of ",
                name,
                ": ",
                key,
                " opens them"
            ]);
            self.workspace.in_git = Some((path, versions));
        }
    }

    /// Opens the versions that git holds of the file that is open.
    pub(super) fn open_versions(&mut self) -> Vec<Effect> {
        let path = self.workspace.in_git.as_ref().map(|(path, _)| path.clone());
        path.map(|path| self.open(Address::Git(path.into()))).unwrap_or_default()
    }

    /// Opens what a text names, or asks for a text.
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
            Err(error) => self.show_box(Dialog::unopened(&error, text, AfterUnopened::OpenElse)),
        }
        Vec::new()
    }

    /// Nothing at all of the source could be read: back to the start, where something else can be opened; of a repository one of its
    /// files, which git is asked for. What looks like events can be opened as what it is chosen to be.
    pub(super) fn could_not_open(&mut self, error: Error) -> Option<Effect> {
        let address = self.workspace.address.clone()?;
        if let Error::NotStates { why, recipes, .. } = &error
            && address.lasting().is_some()
        {
            self.replace_workspace(None);
            self.messages.note(error.to_string());
            self.list_readings(&address, why, recipes);
            self.unopened = Some(error);
            return None;
        }
        let then = match &address {
            Address::Git(_) => AfterUnopened::OpenTracked,
            _ if address.lasting().is_some() => AfterUnopened::Retry(address.clone()),
            _ => AfterUnopened::OpenElse,
        };
        self.replace_workspace(None);
        self.queue_notice(Owner::Program, Dialog::unopened(&error, &address.title(), then));
        self.messages.failure(error.to_string());
        self.unopened = Some(error);
        let Address::Git(file) = address else { return None };
        self.setup.asks_git.then(|| self.begin(Owner::Program, Job::ListTracked(file.path)))
    }

    /// Puts what is open at the top of the recent ones: the source that has been read, or what it was saved in.
    pub(super) fn remember(&mut self) -> Option<Effect> {
        let (recents, address) = (self.setup.recents.clone()?, self.workspace.source()?.clone());
        let versions = self.workspace.sessions.iter().map(|session| session.history().newest().0).sum();
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
