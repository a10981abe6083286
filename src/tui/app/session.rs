//! One tenant on the screen: its cursor, ends, folds and scroll positions, kept while other tenants are looked at.
//!
//! Must not name: `key`, `keymap`, `dialog`.

use super::absent::Absent;
use super::asked::TenantQuestions;
use super::boxed::Parked;
use super::film::Play;
use super::lists::Lists;
use crate::diff::DiffRules;
use crate::history::History;
use crate::history::TargetContext;
use crate::ops::TurnPlan;
use crate::record::{Position, Version};
use crate::recording::Tenant;
use crate::tui::action::Action;
use crate::tui::job::{FrameManner, Panes, Shown, Wanted};
use crate::tui::owner::SessionId;
use crate::tui::store::LetterMarks;
use crate::value::Path;
use crate::view::Ends;
use crate::view::changes::Changes;
use crate::view::clock;
use crate::view::difftree::{DiffTree, Pairs};
use crate::view::list::ListCursor;
use crate::view::search::Towards;
use crate::view::text::{SafeText, joined, number};
use crate::view::timeline::{AbandonedOnAxis, Axis, AxisReason, Remembered, Suited, Zoom};
use crate::view::transitions::{self, Transitions};
use crate::view::tree::TreeModel;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// One tenant on the screen.
pub struct Session {
    /// Names it, in tasks and questions.
    pub id: SessionId,
    /// The handle.
    pub tenant: Tenant,
    /// The version being looked at.
    pub cursor: Version,
    /// Whether the cursor goes with the head as versions come.
    pub follows: bool,
    /// The newest version when the cursor was at the head last.
    pub known: Version,
    /// Where A was put; else it is the version before B.
    pub pin_a: Option<Version>,
    /// Where B was put; else it is the cursor.
    pub pin_b: Option<Version>,
    /// The timeline's zoom.
    pub zoom: Zoom,
    /// The first version in the timeline's window, where the mouse has put it.
    pub window_start: Option<u64>,
    /// The version of a large change that was gone to last.
    pub largest: Option<Version>,
    /// Whether the timeline shows what rollbacks left behind.
    pub kept: AbandonedOnAxis,
    /// The axis that suits what was opened, and why.
    pub suited: Suited,
    /// The timeline as it was shown last.
    pub strip: Remembered,
    /// The state tree.
    pub tree: TreeModel,
    /// The changes from A to B.
    pub changes: Changes,
    /// The same, side by side.
    pub difftree: DiffTree,
    /// The list of snapshots.
    pub snapshots: ListCursor,
    /// Which way the tree or the diff is searched, while nothing has been found.
    pub searching: Option<Towards>,
    /// A film that runs.
    pub play: Option<Play>,
    /// An undo or redo that was announced, and is done when it is asked for again.
    pub announced: Option<Announced>,
    /// Whether it was said that A and B stay pinned, so that they are unpinned when that is asked for again.
    pub(super) unpins: bool,
    /// A question put aside while its diff is looked at.
    pub parked: Option<Parked>,
    /// Why the log takes no more writes of this process.
    pub refused: Option<String>,
    /// Where its views are.
    pub lists: Lists,
    /// What was asked over time, and what has been found.
    pub asked: TenantQuestions,
    /// Where the cursor was before its jumps.
    pub jumps: Jumps,
    /// Versions with a letter.
    pub marks: LetterMarks,
    /// The version round which the list of transitions lies, where it has been scrolled away from the cursor.
    pub scrolled: Option<Version>,
    /// What the panes show now; older than the cursor while values are being fetched.
    pub shown: Shown,
    /// What could not be fetched; not asked for again.
    pub failed: Option<Wanted>,
    /// What the state tree's cursor was on, where the version shown does not have it.
    pub(super) absent: Option<Absent>,
    /// Where the cursor of the state tree goes once a version is shown.
    pub(super) aim: Option<(Version, Path)>,
    /// By what arrays are matched, where somebody chose and the recording does not keep it.
    pub array_keys: Arc<DiffRules>,
    /// How often somebody chose so.
    pub chosen: u64,
    /// Whether the JSON in strings is shown opened.
    pub embedded: bool,
}

/// Places the cursor jumped from.
#[derive(Debug, Clone, Default)]
pub struct Jumps {
    back: Vec<Version>,
    forward: Vec<Version>,
}

/// More places than anyone walks back.
const MOST_JUMPS: usize = 200;

impl Jumps {
    /// Notes a jump away from `from`.
    pub fn push(&mut self, from: Version) {
        self.forward.clear();
        if self.back.last() != Some(&from) {
            self.back.push(from);
        }
        if self.back.len() > MOST_JUMPS {
            self.back.remove(0);
        }
    }

    /// The place before the last jump; `here` becomes the place to come forward to.
    pub fn back(&mut self, here: Version) -> Option<Version> {
        let to = self.back.pop()?;
        self.forward.push(here);
        Some(to)
    }

    /// The place that [`back`](Self::back) left.
    pub fn forward(&mut self, here: Version) -> Option<Version> {
        let to = self.forward.pop()?;
        self.back.push(here);
        Some(to)
    }

    /// Between the last place and `here`, again and again.
    pub fn toggle(&mut self, here: Version) -> Option<Version> {
        let to = self.back.pop()?;
        self.back.push(here);
        Some(to)
    }

    /// Places to go back to, the last one at the end.
    pub fn behind(&self) -> &[Version] {
        &self.back
    }

    /// Places to come forward to, the next one at the end.
    pub fn ahead(&self) -> &[Version] {
        &self.forward
    }

    /// Whether there is a place to go back to.
    pub fn is_empty(&self) -> bool {
        self.back.is_empty()
    }
}

/// An undo or redo, as it was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    action: Action,
    of: Position,
    /// Whether versions of others were said to be left behind, and the version it goes to to be doubtful.
    others: bool,
    doubtful: bool,
}

impl Announced {
    /// How many versions others write until it is done is not part of it: they may go on all the time.
    pub fn of(action: Action, plan: &TurnPlan) -> Self {
        let moved = plan.would.moved.as_ref();
        Self {
            action,
            of: plan.of,
            others: plan.would.others() > 0,
            doubtful: moved.is_some_and(|moved| moved.doubt.is_some()),
        }
    }
}

impl Session {
    /// A tenant's session at its head.
    pub fn new(id: SessionId, tenant: Tenant) -> Self {
        let tenant = tenant.as_debugger();
        let cursor = tenant.head();
        let shown = Shown::default();
        Self {
            id,
            changes: Changes::new(Arc::clone(&shown.ends.compared)),
            difftree: DiffTree::new(Pairs::default()),
            tenant,
            cursor,
            follows: true,
            known: cursor,
            pin_a: None,
            pin_b: None,
            zoom: Zoom::default(),
            window_start: None,
            largest: None,
            kept: AbandonedOnAxis::default(),
            suited: (Axis::Version, AxisReason::NothingLoaded),
            strip: Remembered::default(),
            tree: TreeModel::default(),
            snapshots: ListCursor::default(),
            searching: None,
            play: None,
            announced: None,
            unpins: false,
            parked: None,
            refused: None,
            lists: Lists::default(),
            asked: TenantQuestions::default(),
            jumps: Jumps::default(),
            marks: LetterMarks::new(),
            scrolled: None,
            shown,
            failed: None,
            absent: None,
            aim: None,
            array_keys: Arc::default(),
            chosen: 0,
            embedded: false,
        }
    }

    /// The history as it is now.
    pub fn history(&self) -> Arc<History> {
        self.tenant.history()
    }

    /// The rows of the list of transitions.
    pub fn transitions(&self, height: usize) -> Transitions {
        let (line, middle) = (self.line(), self.scrolled.unwrap_or(self.cursor));
        let history = self.history();
        let cast = self.strip.cast(&history);
        let known = (&self.lists.only, &self.asked.counts, &cast);
        let mut list = transitions::transitions(&history, (self.cursor, line), middle, known, height);
        self.asked.expressions.fill(&mut list);
        list.fill_changes(|version| self.asked.labels.of(version));
        list
    }

    /// The diff's ends as they stand: B follows the cursor and A is the version before B, unless they are pinned.
    pub fn ends(&self) -> Ends {
        let b = self.pin_b.unwrap_or(self.cursor);
        Ends { a: self.pin_a.unwrap_or_else(|| self.before(b)), b }
    }

    /// What relative targets are relative to.
    pub fn context(&self) -> TargetContext {
        let ends = self.ends();
        TargetContext { cursor: Some(self.cursor), a: Some(ends.a), b: Some(ends.b), zone: clock::zone() }
    }

    /// The versions the next frame should show.
    pub fn wanted(&self) -> Wanted {
        let ends = self.ends();
        let before = self.pin_a.unwrap_or_else(|| self.before(self.cursor));
        // What names elements may be settled by a version that comes later.
        let settled = self.history().array_names().settled().len();
        let choices = hash_of(&(self.choices(), settled));
        Wanted { a: ends.a, b: ends.b, cursor: self.cursor, before, choices }
    }

    /// Changes whenever values are compared by other choices.
    pub fn choices(&self) -> u64 {
        let history = self.history();
        let settings = history.ledger().settings();
        hash_of(&(self.chosen, self.embedded, &settings.array_keys, &settings.ignored_paths))
    }

    /// `version`, or where compaction has cut that off, the first version left.
    pub(super) fn left_of(&self, version: Version) -> Version {
        self.history().existing(version).unwrap_or_else(|_| self.first())
    }

    /// Moves the cursor and the ends off versions that compaction has cut off meanwhile; answers where the cursor was.
    pub fn leave_cut(&mut self) -> Option<Version> {
        self.pin_a = self.pin_a.map(|version| self.left_of(version));
        self.pin_b = self.pin_b.map(|version| self.left_of(version));
        let (was, left) = (self.cursor, self.left_of(self.cursor));
        self.cursor = left;
        (was != left).then_some(was)
    }

    /// What the application saw before a version; `#0` where that was cut off.
    pub(super) fn before(&self, version: Version) -> Version {
        let history = self.history();
        history.lineage().seen_before(version).filter(|before| history.existing(*before).is_ok()).unwrap_or_default()
    }

    /// Whether the panes show what the header says.
    pub fn is_current(&self) -> bool {
        self.shown.versions == self.wanted()
    }

    /// How the next frame is to be made. What is on the screen is not compared again.
    pub fn how(&self, versions: Wanted) -> FrameManner {
        let of = |versions: Wanted| (versions.a, versions.b, versions.choices);
        let known = of(versions) == of(self.shown.versions) && self.shown.is_whole() && self.shown.versions.b.0 > 0;
        let known = known.then(|| Arc::clone(&self.shown.ends));
        let sought = self.sought(versions, known.is_none());
        FrameManner { keys: Arc::clone(&self.array_keys), known, sought, embedded: self.embedded }
    }

    /// Takes what was fetched into the panes. Folds and cursors stay where they are by path. Answers what was shown before.
    pub fn show(&mut self, mut shown: Shown) -> Box<dyn Send> {
        let Some(panes) = shown.panes.take() else { return Box::new(()) };
        let Panes { tree, of_ends, followed } = *panes;
        let versions = shown.versions;
        let place = self.place_of_cursor(&shown, &followed);
        let of_diff = self.place_of_diff_cursor(versions, &followed);
        let aim = self.aim.take_if(|(at, _)| *at == versions.cursor).map(|(_, path)| path);
        let tree = self.tree.show(tree, place.as_ref().map(|place| &place.nearest));
        match aim {
            Some(path) => {
                self.tree.go_to(&path);
                self.absent = None;
            }
            None => self.note_absent(place),
        }
        let of_ends = of_ends.map(|(changes, pairs)| {
            // The first diff starts on its first difference; later ones stay where the person is.
            let first = self.shown.versions == Wanted::default();
            if first {
                let folds = self.difftree.kept_folds();
                self.difftree = DiffTree::new(Pairs::default());
                self.difftree.recall(&folds);
            }
            let before = self.difftree.show(pairs, of_diff);
            (std::mem::replace(&mut self.changes, changes), before)
        });
        let shown = std::mem::replace(&mut self.shown, shown);
        Box::new((tree, of_ends, shown))
    }

    /// Puts the state tree's cursor on a path of a version, at once or when that is shown.
    pub(super) fn aim_at(&mut self, at: Version, path: Path) {
        if self.shown.versions.cursor == at {
            self.tree.go_to(&path);
        } else {
            self.aim = Some((at, path));
        }
    }

    /// The oldest version there is, but for `#0`.
    pub fn first(&self) -> Version {
        let history = self.history();
        history.first().min(history.newest())
    }

    /// The head of the line that the cursor is on.
    pub fn line(&self) -> Version {
        self.line_in(&self.history())
    }

    /// `steps` versions back (negative) or forward on the cursor's line; stops at its ends.
    pub fn stepped(&self, steps: i64) -> Version {
        self.stepped_from(self.cursor, steps)
    }

    /// `steps` versions back (negative) or forward from one on the cursor's line; stops at its ends.
    pub fn stepped_from(&self, from: Version, steps: i64) -> Version {
        let history = self.history();
        let line = self.line_in(&history);
        let next =
            |at: Version| if steps < 0 { history.step_back(at) } else { history.lineage().child_towards(at, line) };
        let mut at = from;
        for _ in 0..steps.unsigned_abs() {
            match next(at) {
                Some(further) => at = further,
                None => break,
            }
        }
        at
    }

    /// What the last version of the cursor's line is: of a line left behind, by what.
    pub fn end_of_line(&self) -> SafeText {
        let history = self.history();
        let left = history
            .branch(&history.lineage().branch_of(self.cursor))
            .and_then(|branch| Some((branch.kept_by?, branch.name)));
        match left {
            Some((by, name)) => {
                joined!["the last version of ", SafeText::data(&name), ", left behind by ", number(by)]
            }
            None => "the newest version of this branch".into(),
        }
    }

    /// The nearest version before or after the cursor among `versions`, in the order of writing, whatever its line.
    pub fn nearest_written(&self, versions: impl Iterator<Item = Version>, forward: bool) -> Option<Version> {
        if forward { versions.filter(|v| *v > self.cursor).min() } else { versions.filter(|v| *v < self.cursor).max() }
    }

    /// The nearest version on the cursor's line before or after it among `versions`.
    pub fn nearest(&self, versions: impl Iterator<Item = Version>, forward: bool) -> Option<Version> {
        let history = self.history();
        let line = self.line_in(&history);
        let there = versions.filter(|version| history.lineage().on_line(*version, line));
        if forward { there.filter(|v| *v > self.cursor).min() } else { there.filter(|v| *v < self.cursor).max() }
    }
}

fn hash_of(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_go_back_and_forward_like_a_browser() {
        let mut jumps = Jumps::default();
        jumps.push(Version(1));
        jumps.push(Version(5));
        assert_eq!(jumps.back(Version(9)), Some(Version(5)));
        assert_eq!(jumps.back(Version(5)), Some(Version(1)));
        assert_eq!(jumps.back(Version(1)), None);
        assert_eq!(jumps.forward(Version(1)), Some(Version(5)));
        assert_eq!(jumps.forward(Version(5)), Some(Version(9)));
        jumps.push(Version(9));
        assert_eq!(jumps.forward(Version(2)), None, "a new jump ends the way forward");
        assert_eq!(jumps.toggle(Version(2)), Some(Version(9)));
        assert_eq!(jumps.toggle(Version(9)), Some(Version(2)));
    }
}
