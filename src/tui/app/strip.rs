//! The timeline as a person sets it: zoom, axis, density, kept branches, idle times.

use super::time::TimeDirection;
use super::{App, Effect, Session, View};
use crate::history::Target;
use crate::record::Version;
use crate::tui::action::{Action, Argument};
use crate::tui::glyphs::Glyphs;
use crate::tui::job::Life;
use crate::tui::settings::{OPTIONS, OptionName, OptionOrigin};
use crate::view::Ends;
use crate::view::text::{SafeText, counted, duration, joined, number};
use crate::view::timeline::{
    self, AbandonedOnAxis, Axis, Density, Edge, Grain, Label, Manner, TimelineModel, TimelineQuery, Zoom,
};
use std::ops::Range;

/// Changes that can be gone through from the largest one on.
const MOST_LARGEST: usize = 1_000;

impl App {
    /// How strips are drawn.
    fn manner(&self, session: &Session) -> Manner {
        let settings = &self.setup.config.settings;
        let edge = match self.workspace.life() {
            Life::Live if session.follows => Edge::Followed,
            Life::Live => Edge::Live,
            Life::Still | Life::Ended => Edge::Still,
        };
        Manner {
            axis: self.axis_of(session),
            is_suited: settings.get(OptionName::Axis) == "auto",
            density: Density::named(settings.get(OptionName::Density)),
            kept: session.kept,
            edge,
            grain: match self.setup.look.glyphs {
                Glyphs::Braille | Glyphs::Narrow => Grain::Halves,
                Glyphs::Blocks | Glyphs::Ascii => Grain::Whole,
            },
        }
    }

    /// What the columns of a strip are equal in: what a person chose, else what suits the history.
    pub(super) fn axis_of(&self, session: &Session) -> Axis {
        match self.setup.config.settings.get(OptionName::Axis) {
            "time" if session.has_times() => Axis::Time,
            "auto" => session.suited.0,
            _ => Axis::Version,
        }
    }

    /// Columns of the strip on the screen; 0 where none is shown.
    fn strip_width(&self) -> u16 {
        self.map.strip.as_ref().map_or(0, |strip| strip.columns.width)
    }

    /// What the strip on the screen is asked for.
    fn strip_ask(&self) -> Option<TimelineQuery> {
        self.session().map(|session| self.ask_of_strip(session, self.strip_width(), 1))
    }

    /// What a strip is asked for.
    fn ask_of_strip(&self, session: &Session, width: u16, rows: u8) -> TimelineQuery {
        TimelineQuery {
            cursor: session.cursor,
            ends: session.ends(),
            zoom: session.zoom,
            start: session.window_start,
            width: usize::from(width),
            rows,
            manner: self.manner(session),
        }
    }

    /// The timeline of a tenant, with letters, hits, lanes and the marks at its cursor.
    pub fn timeline(&self, session: &Session, width: u16, rows: u8) -> TimelineModel {
        // Before the history is locked: the ends look at it too.
        let ask = self.ask_of_strip(session, width, rows);
        let mut timeline = session.strip.timeline(&session.history(), &session.asked.counts, &ask);
        timeline.letters = letters(session, &timeline);
        timeline.hits = session.asked.hits(self.workspace.view, &timeline);
        timeline.found = joined!["found; ", self.keymap.key_of(Action::Back), " clears"];
        if self.workspace.view == View::DEBUG {
            timeline.lanes = session.lanes(&timeline);
        }
        let marks = session.marks_at(session.cursor);
        if !marks.is_empty() {
            timeline.readout = joined![&timeline.readout, " ", marks];
        }
        timeline
    }

    /// The versions in the window of the strip on the screen.
    pub(super) fn window(&self) -> Option<Range<u64>> {
        let (session, ask) = self.session().zip(self.strip_ask())?;
        (ask.width > 0).then(|| timeline::span(&session.history(), &session.asked.counts, &ask))
    }

    /// Changes the timeline's zoom.
    pub(super) fn zoom(&mut self, change: impl FnOnce(Zoom, &Session, usize) -> Zoom) {
        let width = usize::from(self.strip_width());
        let Some(session) = self.session_mut() else { return };
        let (before, start) = (session.zoom, session.window_start.take());
        session.zoom = change(before, session, width);
        if session.zoom == before && start.is_none() {
            let all = before == Zoom::default();
            self.messages.note(if all { "The timeline shows everything" } else { "Zoomed in fully" });
        }
    }

    /// The window round A and B.
    pub(super) fn zoom_to_ends(&mut self) {
        if let Some(Ends { a, b }) = self.session().map(Session::ends) {
            self.zoom_to(a, b, joined!["A ", number(a), " to B ", number(b)]);
        }
    }

    /// The window round two moments.
    pub(super) fn zoom_to_moments(&mut self, targets: &[Target]) {
        let versions: Option<Vec<Version>> = targets.iter().map(|target| self.version_of(target)).collect();
        if let Some(&[a, b]) = versions.as_deref() {
            self.zoom_to(a, b, joined![number(a), " to ", number(b)]);
        }
    }

    /// The narrowest window round two versions; says what else is in it.
    fn zoom_to(&mut self, a: Version, b: Version, words: SafeText) {
        let Some((session, ask)) = self.session().zip(self.strip_ask()) else { return };
        let (first, last) = (a.min(b), a.max(b));
        let (zoom, start) = timeline::zoom_to(&session.history(), &ask, first, last);
        if let Some(session) = self.session_mut() {
            (session.zoom, session.window_start) = (zoom, Some(start));
        }
        let all = self.window().map(|window| (Version(window.start), Version(window.end.saturating_sub(1))));
        let round = all.filter(|all| *all != (first, last));
        let round = round.map(|(from, to)| joined![" (", number(from), " to ", number(to), ")"]);
        self.messages.note(joined!["The timeline shows ", words, round.unwrap_or_default(), "; 0 shows everything"]);
    }

    /// To the version of the window in which most keys changed; from one of those to the next largest. The window stays.
    pub(super) fn jump_to_largest_change(&mut self) {
        let Some((session, window)) = self.session().zip(self.window()) else { return };
        let largest = session.history().timeline().largest_changes(&window, MOST_LARGEST);
        let last = session.largest.filter(|last| *last == session.cursor);
        let before = last.and_then(|last| largest.iter().position(|(version, _)| *version == last));
        let rank = before.map_or(0, |rank| (rank + 1) % largest.len());
        let Some((version, keys)) = largest.get(rank).copied() else {
            return self.messages.note("No version on the timeline shown changes a key");
        };
        if let Some(session) = self.session_mut() {
            session.window_start = Some(window.start).filter(|_| session.zoom != Zoom::default());
            session.largest = Some(version);
        }
        self.jump(Some(version), "");
        let alike = match largest.iter().filter(|(_, other)| *other == keys).count() - 1 {
            0 => SafeText::default(),
            1 => "; one more is as large".into(),
            others => joined!["; ", others.to_string(), " more are as large"],
        };
        self.messages.note(joined![
            number(version),
            ": ",
            counted(keys, "key"),
            " changed, change ",
            (rank + 1).to_string(),
            " by size in ",
            number(Version(window.start)),
            " to ",
            number(Version(window.end.saturating_sub(1))),
            alike
        ]);
    }

    /// The first version of the window after a zoom that leaves a version in the column of the pointer.
    pub(super) fn keep_under_pointer(&mut self, version: Version, column: usize) {
        let Some((session, ask)) = self.session().zip(self.strip_ask()) else { return };
        let start = timeline::start_keeping(&session.history(), &TimelineQuery { start: None, ..ask }, version, column);
        if let Some(session) = self.session_mut() {
            session.window_start = Some(start).filter(|_| session.zoom != Zoom::default());
        }
    }

    /// The other axis, or the one that is named.
    pub(super) fn choose_axis(&mut self, argument: &Argument) -> Vec<Effect> {
        if !argument.is_none() {
            return self.set(argument);
        }
        let Some(session) = self.session() else { return Vec::new() };
        let other = if self.axis_of(session) == Axis::Time { Axis::Version } else { Axis::Time };
        // Back on the axis that suits, nothing is chosen.
        let is_suited = session.suited.0 == other && self.setup.config.settings.get(OptionName::Axis) != "auto";
        let value = if is_suited { "auto" } else { other.word() };
        self.set_to(&OPTIONS[OptionName::Axis as usize], value)
    }

    /// Why the timeline cannot have this axis.
    pub(super) fn refused_axis(&self, axis: &str) -> Option<&'static str> {
        let timeless = self.session().is_some_and(|session| !session.has_times());
        (axis == "time" && timeless && !self.workspace.is_loading())
            .then_some("No version has a time: the timeline is by version only")
    }

    /// Goes back to the axis that every recording has, where what was read has no times.
    pub(super) fn leave_refused_axis(&mut self) {
        let Some(why) = self.refused_axis(self.setup.config.settings.get(OptionName::Axis)) else { return };
        let setting = &OPTIONS[OptionName::Axis as usize];
        // A word of its own list is not refused.
        drop(self.setup.config.settings.set(setting, Axis::Version.word(), OptionOrigin::Session));
        self.messages.failure(why);
    }

    /// Hides what rollbacks left behind, or shows it.
    pub(super) fn toggle_kept(&mut self) {
        let Some(session) = self.session_mut() else { return };
        let hides = session.kept == AbandonedOnAxis::Shown;
        session.kept = if hides { AbandonedOnAxis::Hidden } else { AbandonedOnAxis::Shown };
        session.window_start = None;
        self.messages.note(if hides { "Kept branches are hidden" } else { "Kept branches are shown, dotted" });
    }

    /// To the version that ended an idle time: one that the time axis folds, in the window or in the whole history.
    pub(super) fn jump_to_gap(&mut self, way: TimeDirection) {
        let Some((session, ask)) = self.session().zip(self.strip_ask()) else { return };
        let history = session.history();
        let whole = TimelineQuery { zoom: Zoom::default(), ..ask };
        let asks = [Some(ask).filter(|ask| ask.manner.axis == Axis::Time), Some(whole)];
        let near = |ask: TimelineQuery| {
            let gaps = timeline::gaps(&history, &ask);
            match way {
                TimeDirection::Back => gaps.into_iter().rev().find(|gap| *gap < ask.cursor),
                TimeDirection::Forward => gaps.into_iter().find(|gap| *gap > ask.cursor),
            }
        };
        let to = asks.into_iter().flatten().find_map(near);
        let idle =
            to.and_then(|to| Some(history.timeline().there_by(to)? - history.timeline().there_by(Version(to.0 - 1))?));
        drop(history);
        self.jump(to, if way == TimeDirection::Back { "No earlier long gap" } else { "No later long gap" });
        if let Some((to, idle)) = to.zip(idle) {
            self.messages.note(joined![number(to), " came after ", duration(idle), " of idle time"]);
        }
    }
}

fn letters(session: &Session, timeline: &TimelineModel) -> Vec<Label> {
    let label = |(letter, at): (&char, &Version)| {
        Some(Label { column: timeline.column_of(*at)?, text: letter.to_string().into() })
    };
    session.marks.iter().filter_map(label).collect()
}

impl Session {
    /// Whether any version has a time.
    pub fn has_times(&self) -> bool {
        let history = self.history();
        history.timeline().there_by(history.first().min(history.newest())).is_some()
    }

    /// Looks which axis suits what was loaded. It stays as more versions come, so that the timeline does not change while it is
    /// looked at.
    pub(super) fn suit_axis(&mut self) {
        let suited = timeline::suited(&self.history());
        self.suited = suited;
    }
}
