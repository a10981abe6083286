//! Moving the cursor through time.

use super::tasks::{RunningTask, TaskKind};
use super::{App, Effect, Session, View};
use crate::Error;
use crate::history::{Moment, Target};
use crate::record::Version;
use crate::tui::action::Action;
use crate::tui::job::{Aspect, Job, Scanned};
use crate::tui::owner::SessionId;

pub use crate::tui::job::TimeDirection;
use crate::value::{Path, Value};
use crate::view::path::printed;
use crate::view::text::{SafeText, joined, literal, number};
use crate::view::timeline::versions_from;
use crate::view::{self, quoting};
use std::sync::Arc;
use std::time::Instant;

impl App {
    /// `steps` transitions back (negative) or forward.
    pub(super) fn step(&mut self, steps: i64) {
        let Some(session) = self.session_mut() else { return };
        let to = session.stepped(steps);
        let (moved, from) = (to != session.cursor, session.cursor);
        session.put_cursor(to, steps.unsigned_abs() > 1);
        if !moved {
            let end = if steps < 0 { "the first version".into() } else { session.end_of_line() };
            self.messages.note(joined![number(from), " is ", end]);
        }
    }

    /// Goes to a version, and notes where that was from.
    pub(super) fn jump(&mut self, to: Option<Version>, otherwise: impl Into<SafeText>) {
        let Some(session) = self.session_mut() else { return };
        let Some(to) = to else { return self.messages.note(otherwise) };
        let before = session.walked();
        session.put_cursor(to, true);
        let now = session.walked();
        if now != before {
            let now = SafeText::data(&now);
            let back = SafeText::data(&before);
            self.messages.note(joined![
                number(to),
                " is on ",
                now,
                ", which is shown now; :switch ",
                back,
                " goes back"
            ]);
        }
    }

    /// To the nearest snapshot.
    pub(super) fn jump_to_snapshot(&mut self, way: TimeDirection) {
        let to = self.session().and_then(|session| {
            let marked: Vec<Version> =
                session.history().marks().listed().iter().map(|snapshot| snapshot.version).collect();
            session.nearest(marked.into_iter(), way == TimeDirection::Forward)
        });
        self.jump(
            to,
            if way == TimeDirection::Back {
                "No earlier snapshot on this branch"
            } else {
                "No later snapshot on this branch"
            },
        );
    }

    /// To the nearest invalid or deleted version, or one after which a step of a transaction failed.
    pub(super) fn jump_to_broken(&mut self, way: TimeDirection) {
        if self.workspace.view == View::TRANSACTIONS {
            return self.jump_to_failed_transaction(way);
        }
        let to = self.session().and_then(|session| {
            let broken: Vec<Version> = {
                let history = session.history();
                history.timeline().broken().iter().chain(history.transactions().failures()).copied().collect()
            };
            session.nearest_written(broken.into_iter(), way == TimeDirection::Forward)
        });
        self.jump(to, if way == TimeDirection::Back { "No earlier error" } else { "No later error" });
    }

    /// The first or newest version of the cursor's line.
    pub(super) fn jump_to_end(&mut self, way: TimeDirection) {
        let to = self.session().map(|session| match way {
            TimeDirection::Back => session.first(),
            TimeDirection::Forward => session.line(),
        });
        self.jump_or_stay(to);
        let Some(session) = self.session().filter(|_| way == TimeDirection::Forward) else { return };
        let (line, history) = (session.cursor, session.history());
        let newest = history.newest();
        if line < newest {
            let [here, there] = [line, newest].map(|at| SafeText::data(&history.lineage().branch_of(at)));
            let words = joined![number(line), " is the newest of ", here, "; ", number(newest), " is on ", there];
            self.messages.note(words);
        }
    }

    /// The same to where the cursor may be already; then it says so.
    pub(super) fn jump_or_stay(&mut self, to: Option<Version>) {
        let there = to.filter(|to| self.session().is_some_and(|session| session.cursor == *to));
        self.jump(to, "");
        there.into_iter().for_each(|to| self.messages.note(joined!["Already at ", number(to)]));
    }

    /// One version in the order of writing, whatever its branch.
    pub(super) fn in_writing(&mut self, way: TimeDirection) {
        let Some(session) = self.session_mut() else { return };
        let (first, newest) = (session.first(), session.history().newest());
        let to = match way {
            // From the first one, `#0` is one further, unless something was cut off between them.
            TimeDirection::Back if session.cursor > first || first.0 == 1 => {
                Version(session.cursor.0.saturating_sub(1))
            }
            TimeDirection::Back => first.min(session.cursor),
            TimeDirection::Forward => Version(session.cursor.0 + 1).clamp(first, newest),
        };
        let from = session.cursor;
        session.put_cursor(to, false);
        if to == from {
            let end = if way == TimeDirection::Back { "first" } else { "last" };
            self.messages.note(joined![number(from), " is the ", end, " version that was written"]);
        }
    }

    /// To the moment a target names.
    pub(super) fn goto(&mut self, target: &Target) {
        match self.moment(target) {
            Ok(moment) => {
                self.workspace.spot.at = None;
                self.jump(Some(moment.version), "");
                self.describe_moment(&moment);
            }
            Err(Error::Target { .. } | Error::NotFound { .. }) if self.workspace.load.is_running() => {
                let text = target.to_string();
                let name = SafeText::data(&text);
                self.messages.note(joined![name, " is not loaded yet; will go there when loading finishes"]);
                self.workspace.spot.at = Some(quoting::quoted(&text));
            }
            Err(error) => self.messages.failure(error.to_string()),
        }
    }

    /// To the head of a branch.
    pub(super) fn goto_branch(&mut self, name: &str) {
        let name = name.strip_prefix("branch:").unwrap_or(name);
        let target = Target::Branch(name.into());
        let found = self.moment(&target).is_ok();
        self.goto(&target);
        if found {
            self.walk(name);
        }
    }

    /// The version that a text names, from the cursor.
    ///
    /// # Errors
    /// Why it names none.
    pub fn resolve(&self, text: &str) -> Result<Version, Error> {
        self.moment(&Target::parse(&quoting::one(text))?).map(|moment| moment.version)
    }

    /// What a target means, from the cursor.
    fn moment(&self, target: &Target) -> Result<Moment, Error> {
        let nothing = || Error::Usage("nothing has been read yet".into());
        let session = self.session().ok_or_else(nothing)?;
        session.history().moment(target, &session.context())
    }

    /// The version that a target names, and says what it means where it is named by its relation to others; one that names
    /// none says why.
    pub(super) fn version_of(&mut self, target: &Target) -> Option<Version> {
        match self.moment(target) {
            Ok(moment) => {
                self.describe_moment(&moment);
                Some(moment.version)
            }
            Err(error) => {
                self.messages.failure(error.to_string());
                None
            }
        }
    }

    fn describe_moment(&mut self, moment: &Moment) {
        if let Some(words) = view::moment::describe(moment) {
            self.messages.note(words);
        }
    }

    /// Along the list of jumps.
    pub(super) fn along_jumps(&mut self, step: fn(&mut super::session::Jumps, Version) -> Option<Version>) {
        let Some(session) = self.session_mut() else { return };
        let here = session.cursor;
        match step(&mut session.jumps, here) {
            Some(to) => session.put_cursor(to, false),
            None => self.messages.note("No more jumps"),
        }
    }

    /// Looks for the version that changed the value under the cursor, or at a path.
    pub(super) fn scan(&mut self, way: TimeDirection, path: Option<&Path>) -> Vec<Effect> {
        let Some(session) = self.session() else { return Vec::new() };
        let under =
            if self.workspace.view == View::DIFF { session.difftree.path() } else { session.tree.path().clone() };
        let path = path.cloned().unwrap_or(under);
        let (id, tenant, from) = (session.id, session.tenant.clone(), session.cursor);
        let (keys, embedded) = (Arc::clone(&session.array_keys), session.leads_inside(&path));
        self.tasks.drop_kind(id, |kind| matches!(kind, TaskKind::Scan(..)));
        self.messages.note(joined!["Looking for a change of ", printed(&path), " … Esc stops"]);
        vec![self.begin(id, Job::Scan { tenant, path, keys, embedded, from, way, of: Aspect::Value })]
    }

    /// Whether there was a scan of the tenant shown to stop.
    pub(super) fn stop_scan(&mut self) -> bool {
        let scanning =
            self.session().and_then(|session| self.tasks.find(session.id, |kind| matches!(kind, TaskKind::Scan(..))));
        scanning.inspect(|task| task.cancel.cancel()).is_some()
    }

    /// Takes what a scan has found into the tenant that it looked through.
    pub(super) fn take_scan(
        &mut self,
        id: SessionId,
        (path, way): (&Path, TimeDirection),
        scanned: Result<Scanned, Error>,
    ) {
        let Some(session) = self.workspace.of_mut(id) else { return };
        let path_words = printed(path);
        match scanned {
            Ok(Scanned::Changed { at, path, here, old, new }) => {
                session.put_cursor(at, true);
                session.aim_at(at, here);
                let words = change_words(&path, old.as_ref(), new.as_ref(), session.written_at(at));
                self.note_for(id, words);
            }
            Ok(Scanned::Never { path: words }) if session.ignored().covers(&path.0) => {
                self.note_for(id, joined![words, " is ignored: its changes do not count"]);
            }
            Ok(Scanned::Never { path }) => {
                let side = if way == TimeDirection::Back { "earlier" } else { "later" };
                self.note_for(id, joined!["No ", side, " change of ", path]);
            }
            Ok(Scanned::Stopped(at)) => {
                self.note_for(id, joined!["Stopped at ", number(at), ": no change of ", path_words, " so far"]);
            }
            Err(error) => self.fail_for(id, error.to_string()),
        }
    }

    /// Asks for what the next frame should show, unless that is here or on its way. One request at a time: keys held
    /// down move the cursor on, and when an answer comes only the newest place is asked for.
    pub(super) fn fetch(&mut self) -> Option<Effect> {
        let session = self.workspace.session_mut()?;
        let (id, cut) = (session.id, session.leave_cut());
        // Who cuts it off is told by the write.
        if let Some(cut) = cut.filter(|_| !self.is_compacting()) {
            let why = joined![number(cut), " was removed by compaction: this is the oldest version"];
            self.messages.note(why);
        }
        let session = self.workspace.session()?;
        let versions = session.wanted();
        if let Some(task) = self.tasks.showing(id) {
            // What is wanted by now comes after it: what takes long is not waited for.
            if task.slow && task.versions() != versions {
                task.cancel.cancel();
            }
            return None;
        }
        if session.is_current() || session.failed == Some(versions) {
            return None;
        }
        let (tenant, how) = (session.tenant.clone(), session.how(versions));
        Some(self.begin(id, Job::Show { tenant, versions, how }))
    }

    /// When something that the person waits for has taken long enough to be spoken of.
    pub(super) fn slow_at(&self) -> Option<Instant> {
        self.tasks.slow_at(self.workspace.current_id()?)
    }

    /// Notes that something takes long; whether anything does since now.
    pub(super) fn grow_slow(&mut self) -> bool {
        let id = self.workspace.current_id();
        id.is_some_and(|id| self.tasks.grow_slow(id, self.now))
    }

    fn slow(&self) -> Option<&RunningTask> {
        self.tasks.showing(self.session()?.id).filter(|task| task.slow)
    }

    /// Stops a comparison that takes long; whether there was one.
    pub(super) fn stop_comparing(&mut self) -> bool {
        self.slow().inspect(|task| task.cancel.cancel()).is_some()
    }

    /// What a slow comparison says of itself.
    pub fn comparing(&self) -> Option<SafeText> {
        let versions = self.slow()?.versions();
        let key = self.keymap.key_of(Action::Back);
        let (a, b) = (versions.before, versions.cursor);
        let (a, b) = if self.workspace.view == View::DIFF { (versions.a, versions.b) } else { (a, b) };
        Some(joined!["Comparing ", number(a), " with ", number(b), " … ", key, " stops"])
    }
}

impl Session {
    /// A version, and who wrote it where that is known: `#4 by kim`.
    pub(super) fn written_at(&self, version: Version) -> SafeText {
        match self.history().author_and_label(version).and_then(|(author, _)| author) {
            Some(author) => joined![number(version), " by ", SafeText::data(&author)],
            None => number(version).into(),
        }
    }

    /// Puts the cursor on a version; a jump can be taken back.
    pub fn put_cursor(&mut self, to: Version, jump: bool) {
        let to = self.left_of(to);
        if jump && to != self.cursor {
            self.jumps.push(self.cursor);
        }
        if self.follows {
            self.knows_newest();
        }
        self.cursor = to;
        self.aim = None;
        self.scrolled = None;
        let window = |start| versions_from(&self.history(), self.kept, self.zoom, start);
        self.window_start = self.window_start.filter(|start| window(*start).contains(&to.0));
        self.leave_line();
        self.follows = to == self.tenant.head();
    }
}

/// A value in a few letters.
/// `.a  1 → 2  at #4 by kim`; what was not there before was created, what is not there after was removed.
fn change_words(path: &str, old: Option<&Value>, new: Option<&Value>, at: SafeText) -> SafeText {
    let path = SafeText::written(path);
    match (old, new) {
        (None, Some(_)) => joined![path, "  ", brief(new), "  created at ", at],
        (Some(_), None) => joined![path, "  ", brief(old), "  removed at ", at],
        // What is as large as before tells nothing of itself.
        _ if brief(old) == brief(new) => joined![path, "  changed at ", at],
        _ => joined![path, "  ", brief(old), " → ", brief(new), "  at ", at],
    }
}

fn brief(value: Option<&Value>) -> SafeText {
    match value {
        None => "nothing".into(),
        Some(Value::Object(object)) => joined!["{", object.len().to_string(), "}"],
        Some(Value::Array(array)) => joined!["[", array.len().to_string(), "]"],
        Some(Value::String(text)) => SafeText::written(&literal(text)).fit(30),
        Some(scalar) => scalar.to_json().into(),
    }
}
