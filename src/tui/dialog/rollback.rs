//! The questions before `main` gets another head, by a rollback or a promotion: where to, what would change, what stays.
//! Only `y` commits; Enter is inert.

use super::guard::{GuardInput, LABEL};
use super::line::EditLine;
use super::rows::{DialogRow, InputRow, SentenceTone};
use super::sheet::Sheet;
use super::{BoxFacts, DialogAnswer};
use crate::diff::DiffRules;
use crate::history::{Branch, History, Snapshot};
use crate::ops::{Moved, Verb, words};
use crate::record::{SnapshotKind, Version};
use crate::recording::Tenant;
use crate::tui::action::{Action, Context};
use crate::tui::job::{Job, Preview, Write};
use crate::tui::keymap::Keymap;
use crate::value::Text;
use crate::view::clock::date_time;
use crate::view::text::{SafeText, joined, number, thousands};
use crate::view::verbs::SCREEN;
use ratatui::layout::Rect;
use std::sync::Arc;

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum RollbackKind {
    /// A past state becomes the head; the message has a default.
    RollBack,
    /// A variant's newest state does; the reason must be given.
    Promote(Text),
}

/// Where keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typing {
    Nothing,
    Message,
    Name,
}

/// Why it was not done when it was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Reason,
    Name,
}

pub struct RollbackQuestion {
    asked: RollbackKind,
    missing: Option<Missing>,
    /// The version that would become the new head's state.
    pub to: Version,
    typing: Typing,
    message: EditLine,
    guard: GuardInput,
    /// What it would do, once worked out.
    pub preview: Option<Result<Preview, String>>,
    tenant: SafeText,
    branch: SafeText,
    target: SafeText,
    head: Version,
    head_time: String,
    makes: Version,
    snapshots: usize,
    /// Whether something has been written since all this was worked out.
    stale: bool,
}

/// Columns inside at most, with room and without.
const WIDE: u16 = 72;
const NARROW: u16 = 58;
/// Columns of the frame, and of what indents a row.
const INDENTED: usize = 6;

/// From this size of the screen on there is room for all of it.
const ROOMY: (u16, u16) = (100, 30);

impl RollbackQuestion {
    /// The question about a version of a tenant.
    pub fn new(tenant: &Tenant, to: Version) -> Self {
        let history = tenant.history();
        let name = named(&history, to).and_then(|snapshot| snapshot.name.clone());
        let words = name.map_or_else(|| to.to_string(), |name| name.to_string());
        let mut question = Self {
            asked: RollbackKind::RollBack,
            missing: None,
            to,
            typing: Typing::Nothing,
            guard: GuardInput::of(tenant),
            message: EditLine::of(&format!("roll back to {words}")),
            preview: None,
            tenant: SafeText::data(&tenant.id().0),
            branch: SafeText::default(),
            target: SafeText::default(),
            head: Version::default(),
            head_time: String::new(),
            makes: Version::default(),
            snapshots: 0,
            stale: false,
        };
        question.look_up(&history);
        question
    }

    /// Looks up what holds now, but for what it would do.
    fn look_up(&mut self, history: &History) {
        self.head = history.head();
        self.head_time = time_of(history, self.head);
        self.makes = Version(history.newest().0 + 1);
        self.snapshots = history.marks().listed().len();
        self.branch = SafeText::data(&history.lineage().branch_of(self.head));
        if self.asked == RollbackKind::RollBack {
            self.target = match named(history, self.to) {
                Some(snapshot) => {
                    let sign = if snapshot.kind == SnapshotKind::Named { "◆ " } else { "" };
                    joined![sign, SafeText::data(snapshot.name.as_deref().unwrap_or_default()), "  ", number(self.to)]
                }
                None => number(self.to).into(),
            };
        }
    }

    /// The same question with everything but what was typed looked up again; `None` when it makes no sense any more.
    #[cfg(test)]
    pub fn asked_anew(&self, tenant: &Tenant) -> Option<Self> {
        let new = match &self.asked {
            RollbackKind::RollBack => Self::new(tenant, self.to),
            RollbackKind::Promote(name) => Self::promotion(tenant, &tenant.history().branch(name)?),
        };
        let mut guard = GuardInput::of(tenant);
        guard.line = self.guard.line.clone();
        Some(Self { message: self.message.clone(), typing: self.typing, missing: self.missing, guard, ..new })
    }

    /// Takes what the rollback would do, and what held when this was worked out.
    pub fn take(&mut self, preview: Result<Preview, String>, history: &History) {
        self.look_up(history);
        if let Ok(Preview { moved, snapshots, .. }) = &preview {
            (self.head, self.head_time) = (moved.head, time_of(history, moved.head));
            (self.makes, self.snapshots) = (moved.version, *snapshots);
        }
        self.preview = Some(preview);
    }

    /// Looks whether it can still be asked, and by which job its facts are worked out. Until then they stay as they were
    /// worked out together, and say so.
    pub fn renew(&mut self, tenant: &Tenant, rules: &Arc<DiffRules>, moved: bool) -> BoxFacts {
        self.stale = moved;
        if moved {
            self.guard.renew(tenant);
            if let Err(why) = self.aim(tenant) {
                return BoxFacts::Gone(why);
            }
        }
        if self.preview.is_some() && !moved {
            return BoxFacts::Hold;
        }
        BoxFacts::WorkedOutBy(Job::Plan { tenant: tenant.clone(), to: self.to, keys: Arc::clone(rules) })
    }

    /// Looks up all facts anew. What was typed stays.
    pub fn start_over(&mut self, tenant: &Tenant) {
        self.look_up(&tenant.history());
        self.preview = None;
        self.stale = false;
        self.guard.renew(tenant);
    }

    /// A variant that has grown is meant with its newest version. The error says why there is nothing left to ask.
    fn aim(&mut self, tenant: &Tenant) -> Result<(), SafeText> {
        let history = tenant.history();
        if let RollbackKind::Promote(name) = &self.asked {
            let branch = history.branch(name).filter(Branch::can_be_promoted);
            let Some(branch) = branch else {
                return Err(joined!["Question closed: ", SafeText::data(name), " is no longer a variant"]);
            };
            if branch.head != self.to {
                self.to = branch.head;
                self.target = joined![SafeText::data(name), "  ", number(branch.head)];
                self.preview = None;
            }
        }
        if history.head() == self.to {
            return Err(joined!["The question was closed: ", number(self.to), " is the head now"]);
        }
        Ok(())
    }

    /// The question whether a variant of a tenant should become permanent.
    pub fn promotion(tenant: &Tenant, variant: &Branch) -> Self {
        let mut question = Self::new(tenant, variant.head);
        question.target = joined![SafeText::data(&variant.name), "  ", number(variant.head)];
        question.message = EditLine::default();
        question.asked = RollbackKind::Promote(variant.name.clone());
        // Without a reason there is nothing to say yes to.
        question.typing = Typing::Message;
        question
    }

    /// Which keys hold.
    pub fn context(&self) -> Context {
        match self.asked {
            _ if self.typing != Typing::Nothing => Context::Prompt,
            RollbackKind::RollBack => Context::Rollback,
            RollbackKind::Promote(_) => Context::Promote,
        }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> DialogAnswer {
        self.missing = None;
        let typing = self.typing != Typing::Nothing;
        match action {
            Action::EditMessage => self.typing = Typing::Message,
            Action::NextField | Action::PreviousField if typing => {
                let to_name = self.typing == Typing::Message && self.guard.asks();
                self.typing = if to_name { Typing::Name } else { Typing::Message };
            }
            // Nothing that was typed is lost.
            Action::Cancel if typing && self.waits_for_reason() => return DialogAnswer::Close,
            Action::Confirm if !typing => return self.commit(),
            Action::FullDiff => return DialogAnswer::Park,
            Action::Cancel if !typing => return DialogAnswer::Close,
            Action::Confirm | Action::Cancel => self.typing = Typing::Nothing,
            _ => {}
        }
        DialogAnswer::Stay
    }

    /// The line that keys go into.
    pub fn line_mut(&mut self) -> Option<&mut EditLine> {
        match self.typing {
            Typing::Nothing => None,
            Typing::Message => Some(&mut self.message),
            Typing::Name => Some(&mut self.guard.line),
        }
    }

    /// What it says on a screen.
    pub fn sheet(&self, keymap: &Keymap, area: Rect) -> Sheet<'_> {
        let roomy = area.width >= ROOMY.0 && area.height >= ROOMY.1;
        let confirm = self.key(keymap, Action::Confirm);
        Sheet {
            title: self.words()[0].into(),
            footer: if self.typing != Typing::Nothing {
                SafeText::default()
            } else if roomy {
                joined![confirm, " to go on · Enter does nothing"]
            } else {
                "Enter does nothing".into()
            },
            width: if roomy { WIDE } else { NARROW },
            rows: if roomy { self.rows(keymap) } else { self.short_rows(keymap) },
            foot: self.foot(keymap),
            ..Sheet::default()
        }
    }

    /// Nothing is committed that could not even be worked out, no promotion without a reason, nothing without the name
    /// that is asked for.
    fn commit(&mut self) -> DialogAnswer {
        let reason = self.message.text().trim().to_owned();
        match &self.asked {
            _ if matches!(self.preview, Some(Err(_))) => return DialogAnswer::Stay,
            RollbackKind::Promote(_) if reason.is_empty() => {
                (self.missing, self.typing) = (Some(Missing::Reason), Typing::Message);
            }
            _ if !self.guard.is_met() => (self.missing, self.typing) = (Some(Missing::Name), Typing::Name),
            RollbackKind::Promote(variant) => {
                return self.write(Verb::Promote { variant: variant.clone(), reason: reason.into() });
            }
            RollbackKind::RollBack => return self.write(Verb::Rollback { to: self.to, reason: reason.into() }),
        }
        DialogAnswer::Stay
    }

    /// Whether a reason has to be typed before anything else.
    fn waits_for_reason(&self) -> bool {
        matches!(self.asked, RollbackKind::Promote(_)) && self.message.text().trim().is_empty()
    }

    /// A yes agrees to what the question says: to a doubt as well, where it says one.
    fn write(&self, verb: Verb) -> DialogAnswer {
        DialogAnswer::Write(Write::Do(verb, self.guard.allow().doubtful(self.doubt().is_some())))
    }

    fn moved(&self) -> Option<&Moved> {
        self.preview.as_ref().and_then(|preview| preview.as_ref().ok()).map(|preview| &preview.moved)
    }

    fn doubt(&self) -> Option<&Text> {
        self.moved().and_then(|moved| moved.doubt.as_ref())
    }

    /// What may be wrong with the version to go back to.
    fn doubt_row(&self) -> Option<DialogRow<'_>> {
        let words = |why: &Text| joined![number(self.to), " is doubtful: ", SafeText::written(why)];
        self.doubt().map(|why| DialogRow::Text(words(why), SentenceTone::Bad))
    }

    /// The keys of an action in this question.
    fn key(&self, keymap: &Keymap, action: Action) -> String {
        let place = if self.asked == RollbackKind::RollBack { Context::Rollback } else { Context::Promote };
        keymap.keys_in(place, action)
    }

    /// The title, the word before the target, the label of the line to type, and what `y` does.
    fn words(&self) -> [&'static str; 4] {
        match self.asked {
            RollbackKind::RollBack => ["Roll back", "back to", "Message", "roll back"],
            RollbackKind::Promote(_) => ["Promote", "promote", "Reason", "promote"],
        }
    }

    /// The tenant and the branch; the tenant that nobody named is not told.
    fn place(&self) -> SafeText {
        if self.tenant.unmarked() == "main" {
            return joined!["branch ", &self.branch];
        }
        joined![&self.tenant, " / ", &self.branch]
    }

    fn complaint(&self, keymap: &Keymap) -> DialogRow<'_> {
        let text = match self.missing {
            None => SafeText::default(),
            Some(Missing::Reason) => "A promotion needs a reason: type it, then Enter".into(),
            Some(Missing::Name) => self.guard.complaint(&self.key(keymap, Action::Confirm)),
        };
        DialogRow::Text(text, SentenceTone::Bad)
    }

    /// The lines to type, what is missing in them, and the keys.
    fn foot(&self, keymap: &Keymap) -> Vec<DialogRow<'_>> {
        let [_, _, label, does] = self.words();
        let typed = self.typing == Typing::Message;
        let message = InputRow { label, columns: LABEL, line: &self.message, typed };
        let [yes, diff, no] = self.keys(keymap);
        let keys = if self.typing == Typing::Nothing {
            vec![joined![yes, " ", does], joined![diff, " see the full diff first"], joined![no, " cancel"]]
        } else {
            // Letters go into the line.
            let [done, leave] = [Action::Confirm, Action::Cancel].map(|action| keymap.keys_in(Context::Prompt, action));
            let leaves = if self.waits_for_reason() { " cancel" } else { " leave the line" };
            vec![joined![done, ", then ", yes, " ", does], joined![leave, leaves]]
        };
        let mut rows = vec![DialogRow::gap(), DialogRow::Input(message)];
        rows.extend(self.guard.row(self.typing == Typing::Name));
        rows.extend([self.complaint(keymap), DialogRow::Keys(keys)]);
        rows
    }

    fn rows(&self, keymap: &Keymap) -> Vec<DialogRow<'_>> {
        let makes = number(self.makes());
        let mut rows = vec![
            DialogRow::Text(joined![self.place(), "   ", self.words()[1], "   ", &self.target], SentenceTone::Strong),
            DialogRow::gap(),
            DialogRow::plain(joined!["Head now    ", number(self.head), "   ", self.head_time.clone()]),
            DialogRow::plain(joined!["New head    ", makes, "   a new transition, its state equals ", number(self.to)]),
            DialogRow::gap(),
            DialogRow::plain(if self.stale {
                "Changes at the head (newer records: computing again)"
            } else {
                "Changes at the head"
            }),
        ];
        rows.extend(self.changes(WIDE));
        rows.extend(self.doubt_row());
        rows.push(DialogRow::gap());
        rows.extend([DialogRow::plain("Kept"), DialogRow::plain(joined!["  ", self.kept(keymap)])]);
        rows
    }

    fn short_rows(&self, keymap: &Keymap) -> Vec<DialogRow<'_>> {
        let heads = joined!["Head now  ", number(self.head), "     New head  ", number(self.makes())];
        let mut rows = vec![
            DialogRow::Text(
                joined![&self.tenant, "/", &self.branch, " ", self.words()[1], " ", &self.target],
                SentenceTone::Strong,
            ),
            DialogRow::gap(),
            DialogRow::plain(heads),
        ];
        rows.extend(self.changes(NARROW));
        rows.extend(self.doubt_row());
        rows.extend([DialogRow::gap(), DialogRow::plain(self.kept(keymap))]);
        rows
    }

    fn keys(&self, keymap: &Keymap) -> [String; 3] {
        [Action::Confirm, Action::FullDiff, Action::Cancel].map(|action| self.key(keymap, action))
    }

    fn makes(&self) -> Version {
        self.makes
    }

    fn changes(&self, width: u16) -> Vec<DialogRow<'_>> {
        match &self.preview {
            None => vec![DialogRow::Text("  … computing".into(), SentenceTone::Dim)],
            Some(Err(why)) => vec![DialogRow::Text(joined!["  ", SafeText::written(why)], SentenceTone::Bad)],
            Some(Ok(preview)) => {
                let lines = preview.summary.lines(usize::from(width) - INDENTED);
                lines.into_iter().map(|line| DialogRow::plain(joined!["  ", &line])).collect()
            }
        }
    }

    /// What stays.
    fn kept(&self, keymap: &Keymap) -> SafeText {
        let snapshots = match self.snapshots {
            0 => SafeText::default(),
            1 => "; the snapshot stays".into(),
            many => joined!["; all ", thousands(many as u64), " snapshots stay"],
        };
        let line = self.moved().and_then(|moved| words::stays(moved, &SCREEN));
        let line = line.map(|line| joined![": ", line]).unwrap_or_default();
        let variants = if let RollbackKind::Promote(_) = self.asked { "; the other variants stay open" } else { "" };
        let left = self.moved().and_then(|moved| moved.left.as_ref());
        let switch = left.map(|left| joined![", or :switch ", SafeText::data(&left.branch)]).unwrap_or_default();
        let undo = keymap.key_of(Action::Undo);
        joined!["Nothing is deleted", line, snapshots, variants, ". Undo with ", undo, switch, "."]
    }
}

/// The newest named snapshot of a version.
fn named(history: &History, version: Version) -> Option<&Snapshot> {
    history.marks().listed().iter().rev().find(|snapshot| snapshot.version == version && snapshot.name.is_some())
}

fn time_of(history: &History, version: Version) -> String {
    history.info(version).and_then(|info| info.at).map(date_time).unwrap_or_default()
}
