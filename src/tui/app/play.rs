//! Playing: time goes by itself, at the pace it was recorded times a speed, with idle time cut.
//!
//! The loop wakes at [`Play::wake`]; one wake takes all steps that are due and at least a frame's time passes between two
//! wakes, so a slow terminal sees fewer frames and not a slower film.

use super::film::Play;
use super::look_ahead::PlayVerdict;
use super::time::TimeDirection;
use super::{App, Session};
use crate::record::Version;
use crate::tui::action::Speed;
use crate::view::text::{SafeText, joined, number};
use std::time::Duration;

/// Longer idle time is cut to this.
const IDLE: Duration = Duration::from_secs(1);

/// Steps that were recorded closer together than this would be a blur.
const LEAST: Duration = Duration::from_millis(10);

/// Between steps of which no time is known.
const UNKNOWN: Duration = Duration::from_millis(250);

/// Between two frames.
const FRAME: Duration = Duration::from_millis(33);

/// Steps taken in one wake, at most.
const MOST_STEPS: usize = 1000;

impl App {
    /// Plays, or pauses.
    pub(super) fn toggle_play(&mut self) {
        if self.is_playing() { self.pause() } else { self.start_play(TimeDirection::Forward) }
    }

    /// Plays one way; already going that way, twice as fast.
    pub(super) fn shuttle(&mut self, way: TimeDirection) {
        match self.session().and_then(|session| session.play) {
            Some(play) if play.way == way => {
                self.speed = self.speed.faster();
                self.messages.settle();
            }
            _ => {
                self.speed = Speed::default();
                self.start_play(way);
            }
        }
    }

    /// Stops playing and says where.
    pub(super) fn pause(&mut self) {
        let Some(session) = self.session_mut().filter(|session| session.play.is_some()) else { return };
        session.play = None;
        let at = number(session.cursor);
        self.messages.note(joined!["Paused at ", at]);
    }

    /// Whether a film runs.
    pub(super) fn is_playing(&self) -> bool {
        self.session().is_some_and(|session| session.play.is_some())
    }

    /// Stops a film without a word: something else is done in time.
    pub(super) fn stop_playing(&mut self) {
        if let Some(session) = self.session_mut() {
            session.play = None;
        }
    }

    /// Sets how fast playing is, or says how fast it is.
    pub(super) fn set_speed(&mut self, speed: Option<Speed>) {
        self.speed = speed.unwrap_or(self.speed);
        self.messages.note(joined!["Speed ", self.speed.words()]);
    }

    fn start_play(&mut self, way: TimeDirection) {
        let now = self.now;
        let Some(session) = self.session_mut().filter(|session| session.after(way).is_some()) else {
            return self.messages.note(nothing_that_way(way));
        };
        session.play = Some(Play { way, due: now, wake: now });
        self.messages.settle();
    }

    /// Takes the steps that are due; whether anything moved.
    pub(super) fn play_on(&mut self) -> bool {
        let (now, speed) = (self.now, self.speed.factor());
        let Some(session) = self.session_mut() else { return false };
        let Some(mut play) = session.play.filter(|play| now >= play.wake) else { return false };
        let mut steps = 0;
        let mut stopped = None;
        while play.due <= now && steps < MOST_STEPS && stopped.is_none() {
            let Some(next) = session.after(play.way) else { break };
            match session.verdict(play.way, next) {
                PlayVerdict::Wait => break,
                PlayVerdict::Pass => {}
                PlayVerdict::Stop => stopped = Some(next),
            }
            session.put_cursor(next, false);
            play.due += session.gap(play.way).div_f64(speed);
            steps += 1;
        }
        let ended = session.after(play.way).is_none();
        // What could not be shown in time is not made up for.
        play.due = play.due.max(now);
        play.wake = play.due.max(now + FRAME);
        session.play = Some(play).filter(|_| !ended && stopped.is_none());
        let id = session.id;
        if let Some(at) = stopped {
            self.report_break(id, at);
        } else if ended {
            self.messages.note(nothing_that_way(play.way));
        }
        true
    }

    /// `▶ playing 2x`, while it does.
    pub fn playing(&self) -> Option<SafeText> {
        let play = self.session()?.play?;
        let (sign, word) =
            if play.way == TimeDirection::Forward { ("▶", "playing") } else { ("◀", "playing back") };
        Some(joined![sign, " ", word, " ", self.speed.words(), " · K stops, L faster, J back"])
    }
}

impl Session {
    /// The next version on the cursor's line.
    fn after(&self, way: TimeDirection) -> Option<Version> {
        let steps = if way == TimeDirection::Forward { 1 } else { -1 };
        Some(self.stepped(steps)).filter(|next| *next != self.cursor && next.0 > 0)
    }

    /// How long the cursor's version stays: until the next one was recorded, cut at both ends.
    fn gap(&self, way: TimeDirection) -> Duration {
        let Some(next) = self.after(way) else { return Duration::ZERO };
        let at = |version| self.history().info(version).and_then(|info| info.at);
        match at(self.cursor).zip(at(next)) {
            Some((here, there)) => (there - here).abs().to_std().unwrap_or(IDLE).clamp(LEAST, IDLE),
            None => UNKNOWN,
        }
    }
}

fn nothing_that_way(way: TimeDirection) -> &'static str {
    if way == TimeDirection::Forward {
        "Playback reached the newest version of this branch"
    } else {
        "Playback reached the first version"
    }
}
