//! Following a recording that others write to: the cursor goes with the head, or holds still and new versions are counted.

use super::load::LoadEnd;
use super::look_ahead::Break;
use super::tasks::TaskKind;
use super::{App, Effect, Session};
use crate::source::Address;
use crate::tui::job::{Job, Life};
use crate::tui::owner::Owner;
use crate::view::text::{SafeText, joined, thousands};

impl App {
    /// Follows a recording on the disk once it has been read, or kept there; and a file that may go on.
    pub(super) fn start_following(&mut self) -> Option<Effect> {
        let owner = Owner::Workspace(self.workspace.id);
        let recording = self.workspace.recording.clone()?;
        let follows = self.tasks.find(owner, |kind| matches!(kind, TaskKind::Follow)).is_some();
        if follows || self.workspace.unfollowed || self.workspace.load.end != Some(LoadEnd::Complete) {
            return None;
        }
        let job = match self.workspace.growing.clone() {
            Some(growing) => Job::Grow(recording, growing),
            None if self.workspace.directory.is_some() => Job::Follow(recording),
            None => return None,
        };
        Some(self.begin(owner, job))
    }

    /// Takes notice of what others have written, and of an application that has come or gone.
    pub(super) fn followed(&mut self, life: Life) {
        self.go_with_heads();
        match (self.workspace.followed, life) {
            (Life::Live, Life::Ended) => {
                self.messages.failure("The application has ended; the recording stays open");
            }
            (Life::Still | Life::Ended, Life::Live) if self.workspace.growing.is_some() => {
                self.messages.news("The file has changed: new versions are read as they come");
            }
            (Life::Still | Life::Ended, Life::Live) => {
                self.messages.news("An application is writing to this recording");
            }
            _ => {}
        }
        self.workspace.followed = life;
    }

    /// Cursors that follow go with the head of their line.
    pub(super) fn go_with_heads(&mut self) {
        for session in self.workspace.sessions.iter_mut().filter(|session| session.follows) {
            session.cursor = session.followed_to();
            session.knows_newest();
        }
    }

    /// Goes to the head and stays with it.
    pub(super) fn follow_head(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let head = session.tenant.head();
        session.put_cursor(head, true);
        session.knows_newest();
        let words = self.following_words();
        self.messages.note(words);
    }

    /// What comes after the head, for each kind of source.
    fn following_words(&self) -> &'static str {
        match (self.workspace.life(), &self.workspace.address) {
            (Life::Live, _) => "Following the head; any step away from it pauses",
            _ if self.workspace.is_loading() => {
                "Following what is loaded; any step away from the newest version pauses"
            }
            _ if self.workspace.directory.is_some() => {
                "At the head, following: new versions appear when they are written"
            }
            (Life::Ended, _) => "At the head; the stream has ended",
            _ if self.workspace.growing.is_some() => {
                "At the head, following: new versions appear when the file is written"
            }
            (_, Some(Address::File(_))) => "At the head; nothing else comes from this file",
            (_, Some(Address::Several(_))) => "At the head. Several files are read once; reopen to see what came since",
            (_, Some(Address::Copies(_))) => "At the head. Copies are read once; reopen to see newer ones",
            (_, Some(Address::Messages(_))) => "At the head. Nothing more is read; reopen to see what came since",
            (_, Some(Address::Git(_))) => "At the head. Commits are read once; reopen to see newer ones",
            _ => "At the head; nothing else writes here",
        }
    }

    /// `● LIVE`, `‖ PAUSED +312 since`, `✓ ENDED`, `✗ ENDED` after an error; nothing where nobody writes and nothing is new.
    /// Then what ends playing and following.
    pub fn life_words(&self) -> SafeText {
        let Some(session) = self.session() else { return SafeText::default() };
        let new = session.unseen();
        match (self.workspace.life(), session.follows) {
            // What is still loading is not new.
            (Life::Still, _) if self.workspace.is_loading() => SafeText::default(),
            (Life::Live, true) => "● LIVE".into(),
            (Life::Live, false) => joined!["‖ PAUSED +", thousands(new), " since"],
            (Life::Still | Life::Ended, false) if new > 0 => joined!["‖ PAUSED +", thousands(new), " since"],
            (Life::Ended, _) if self.workspace.load.end == Some(LoadEnd::Failed) => "✗ ENDED".into(),
            (Life::Ended, _) => "✓ ENDED".into(),
            (Life::Still, _) => SafeText::default(),
        }
    }
}

impl Session {
    /// `break .balance < 0`; empty where nothing ends playing and following.
    pub fn break_words(&self) -> SafeText {
        self.asked.stop.as_ref().map(Break::words).unwrap_or_default()
    }

    /// Notes that the cursor is at the head now.
    pub fn knows_newest(&mut self) {
        let newest = self.history().newest();
        self.known = newest;
    }

    /// Versions that have come since the cursor left the head.
    pub fn unseen(&self) -> u64 {
        self.history().newest().0.saturating_sub(self.known.0)
    }
}
