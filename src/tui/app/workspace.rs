//! What belongs to one opened source. Opening another one replaces all of it at once, so that nothing of the old one is
//! left behind.
//!
//! Must not name: `key`, `dialog`, `draw`.

use super::mouse::MouseState;
use super::{Load, Session, StartSpot, View};
use crate::recording::Recording;
use crate::source::{Address, Reading};
use crate::tui::job::{Growing, Life};
use crate::tui::owner::{SessionId, WorkspaceId};
use crate::tui::tour::Tour;
use crate::view::text::{SafeText, counted, joined, thousands};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// One opened source.
pub struct Workspace {
    /// Which opening this is.
    pub id: WorkspaceId,
    /// What is open or being opened; `None` on the start screen.
    pub address: Option<Address>,
    /// How it is read, where somebody has chosen.
    pub reading: Option<Reading>,
    /// Where to begin.
    pub spot: StartSpot,
    /// Whether the commands that run on every source have been begun.
    pub begun: bool,
    /// The recording, once open.
    pub recording: Option<Arc<Recording>>,
    /// Where it is kept, as its tasks have said: a directory, or an address on a server; `None` in memory. The recording itself may be busy with the disk.
    pub directory: Option<PathBuf>,
    /// The recording that a write saved it in: what was opened has nothing of what was written since.
    pub saved: Option<Address>,
    /// Writes of the person that are in memory only and have not been undone.
    pub unsaved_writes: u64,
    /// One per tenant, in the order found.
    pub sessions: Vec<Session>,
    /// Which of them is shown.
    pub current: usize,
    /// How far the source has been read.
    pub load: Load,
    /// Whether an application writes to the recording, as following it has told.
    pub followed: Life,
    /// The file that was read, where it may go on.
    pub growing: Option<Box<Growing>>,
    /// Whether it is read until somebody stops: a pipe, a bucket on a server.
    pub goes_on: bool,
    /// Why what was read of it is no longer there: a file that is followed was truncated, replaced or removed.
    pub gone: Option<SafeText>,
    /// The file that is open and how many versions of it git holds, where it does.
    pub in_git: Option<(PathBuf, u64)>,
    /// Whether following it met a bug, and is not tried again.
    pub unfollowed: bool,
    /// Which view is shown.
    pub view: View,
    /// The one that the diff was opened from.
    pub before: View,
    /// The one that the history of a path was asked for in.
    pub came_from: View,
    /// A walkthrough, in a demo.
    pub tour: Option<Tour>,
    /// What the mouse is doing.
    pub pointer: MouseState,
    /// What the column of the timeline under the pointer holds.
    pub hovered: Option<SafeText>,
}

impl Workspace {
    /// Versions of all tenants that can be looked at.
    pub fn versions(&self) -> u64 {
        self.sessions.iter().map(|session| session.history().newest().0).sum()
    }

    /// `457,663 versions, 36,100 per second`.
    pub fn pace(&self, now: Instant) -> SafeText {
        let versions = self.versions();
        let counted = counted(versions, "version");
        match self.load.rate(versions, now) {
            Some(rate) => joined![counted, ", ", thousands(rate), " per second"],
            None => counted.into(),
        }
    }

    /// What leads back to all that is here.
    pub fn source(&self) -> Option<&Address> {
        self.saved.as_ref().or(self.address.as_ref())
    }

    /// Before anything of it has been read.
    pub fn new(id: WorkspaceId, address: Option<Address>, now: Instant) -> Self {
        Self {
            id,
            tour: address.as_ref().and_then(Tour::of),
            reading: None,
            spot: StartSpot::default(),
            begun: false,
            in_git: None,
            recording: None,
            directory: None,
            saved: None,
            unsaved_writes: 0,
            sessions: Vec::new(),
            current: 0,
            load: Load::new(now),
            followed: Life::default(),
            gone: None,
            goes_on: address.as_ref().is_some_and(Address::is_endless),
            unfollowed: false,
            growing: None,
            view: View::DEBUG,
            before: View::DEBUG,
            came_from: View::DEBUG,
            pointer: MouseState::default(),
            hovered: None,
            address,
        }
    }

    /// The session shown.
    pub fn session(&self) -> Option<&Session> {
        self.sessions.get(self.current)
    }

    /// The session shown.
    pub fn session_mut(&mut self) -> Option<&mut Session> {
        self.sessions.get_mut(self.current)
    }

    /// The session that an id names; `None` for one of another opening.
    pub fn of(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(id.index()).filter(|_| id.workspace() == self.id)
    }

    pub fn of_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        if id.workspace() == self.id { self.sessions.get_mut(id.index()) } else { None }
    }

    /// Names the session shown.
    pub fn current_id(&self) -> Option<SessionId> {
        self.session().map(|session| session.id)
    }

    /// Whether an id names the session shown.
    pub fn is_shown(&self, id: SessionId) -> bool {
        self.current_id() == Some(id)
    }

    /// Whether an application writes: to the recording, or into the stream that is being read.
    pub fn life(&self) -> Life {
        match self.load.end {
            None if self.goes_on => Life::Live,
            Some(_) if self.goes_on && self.followed == Life::Still => Life::Ended,
            _ => self.followed,
        }
    }

    /// Whether a source with an end is being read. A stream has none, and can be worked with as it comes.
    pub fn is_loading(&self) -> bool {
        self.load.is_running() && !self.goes_on
    }

    /// Whether it is open, and in memory only.
    pub fn is_in_memory(&self) -> bool {
        self.recording.is_some() && self.directory.is_none()
    }
}
