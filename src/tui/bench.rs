//! A door for benchmarks: the screen without a terminal, one key at a time, everything on one thread.
//!
//! Behind the feature `bench`, and no part of what the crate promises.

use super::app::{Access, App, Effect, Setup, StartSpot};
use super::clipboard::Clipboard;
use super::config::Config;
use super::draw::draw;
use super::job::{Job, Report, TaskMessage};
use super::key::Key;
use super::look::{Look, Surroundings};
use super::store::StoredState;
use super::terminal::Mouse;
use crate::Result;
use crate::recording::{Progress, Recording};
use crate::source::{self, Address};
use crate::view::timeline::{LaneCell, LaneRow};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

/// The screen of a recording, without a terminal.
pub struct BenchScreen {
    app: App,
    terminal: Terminal<TestBackend>,
}

impl BenchScreen {
    /// A recording that has been read, at its head.
    ///
    /// # Errors
    /// When its tenants cannot be read.
    pub fn of(recording: &Arc<Recording>, width: u16, height: u16) -> Result<Self> {
        let (config, here) = (Config::default(), Surroundings::default());
        let setup = Setup {
            address: Some(Address::File("bench.jsonl".into())),
            options: source::Options::default(),
            access: Access::ReadOnly,
            look: Look::of(&config, &here),
            author: None,
            recents: None,
            recent: Vec::new(),
            asks_git: false,
            spot: StartSpot::default(),
            mouse: Mouse::Free,
            clipboard: Clipboard::Auto,
            kept: StoredState::default(),
            config,
            here,
        };
        let app = App::new(setup, Instant::now());
        let Ok(terminal) = Terminal::new(TestBackend::new(width, height));
        let mut screen = Self { app, terminal };
        // What the reading would say is said here.
        let reading = screen.app.start().into_iter().find_map(|effect| match effect {
            Effect::Start(task) => Some(task.id),
            _ => None,
        });
        let reading = reading.unwrap_or_default();
        let tenants = recording.tenants()?.iter().map(|id| recording.tenant(id)).collect::<Result<_>>()?;
        for report in [
            Report::Opened(Arc::clone(recording), recording.directory()),
            Report::Tenants(tenants),
            Report::Progress(Progress { share: Some(1.0), versions: 0 }),
            Report::Read(Ok(())),
        ] {
            screen.report(TaskMessage { task: reading, report });
        }
        screen.draw();
        Ok(screen)
    }

    /// Presses a key, does what follows from it, and draws the finished frame. Answers how many cells are not blank.
    pub fn press(&mut self, key: &str) -> usize {
        for key in Key::parse_sequence(key).unwrap_or_default() {
            let effects = self.app.key(key).unwrap_or_default();
            self.perform(effects);
        }
        self.draw()
    }

    /// What the timeline shows, worked out anew; answers how many columns it has.
    pub fn strip(&self) -> usize {
        let (Some(session), Some(strip)) = (self.app.session(), &self.app.map.strip) else { return 0 };
        session.strip.forget();
        self.app.timeline(session, strip.columns.width, strip.rows).columns.len()
    }

    /// How many lanes have something in every column of the timeline.
    pub fn lanes(&self) -> usize {
        let is_whole = |lane: &LaneRow| lane.cells.iter().all(|cell| !matches!(cell, LaneCell::Blank));
        self.app.map.strip.as_ref().map_or(0, |strip| strip.timeline.lanes.iter().filter(|lane| is_whole(lane)).count())
    }

    fn report(&mut self, message: TaskMessage) {
        let effects = self.app.report(message, Instant::now());
        self.perform(effects);
    }

    /// Jobs run here and now, so that their time counts.
    fn perform(&mut self, effects: Vec<Effect>) {
        let mut messages = VecDeque::new();
        for effect in effects {
            // Following has no end.
            if let Effect::Start(task) = effect
                && !matches!(task.job, Job::Follow(_))
            {
                task.run(&mut |message| messages.push_back(message));
            }
        }
        messages.into_iter().for_each(|message| self.report(message));
    }

    fn draw(&mut self) -> usize {
        let (app, mut effects) = (&mut self.app, Vec::new());
        let Ok(_) = self.terminal.draw(|frame| effects = draw(app, frame));
        if !effects.is_empty() {
            self.perform(effects);
        }
        let cells = &self.terminal.backend().buffer().content;
        cells.iter().filter(|cell| cell.symbol() != " ").count()
    }
}
