//! A question with a yes and a no. Only `y` says yes; Enter is inert.

use super::guard::GuardInput;
use super::line::EditLine;
use super::rows::{DialogRow, SentenceTone};
use super::sheet::Sheet;
use super::{BoxFacts, DialogAnswer};
use crate::ops::{Plan, TurnPlan, Verb};
use crate::record::SnapshotId;
use crate::recording::{Allow, Tenant};
use crate::tui::action::{Action, Context};
use crate::tui::job::Write;
use crate::tui::keymap::Keymap;
use crate::view::text::{SafeText, joined, number};
use crate::view::verbs::{SCREEN, sentence};

/// What is asked about.
enum ConfirmSubject {
    /// Whether a snapshot should go; with the key that would take it back.
    Deletion(SnapshotId, String),
    /// Whether a write of a guarded tenant should be turned round.
    Turn(Verb, Box<TurnPlan>),
}

/// A question.
pub struct Confirm {
    asked: ConfirmSubject,
    about: SafeText,
    guard: GuardInput,
    /// Whether the tenant's name is being typed.
    typing: bool,
    /// Whether it was missing when the question was confirmed.
    missing: bool,
}

/// Columns inside, at most.
const WIDTH: u16 = 58;

impl Confirm {
    /// Whether a snapshot should go; `None` when there is no such one.
    pub fn deletion(tenant: &Tenant, id: SnapshotId, undo: String) -> Option<Self> {
        let history = tenant.history();
        let snapshot = history.marks().get(id)?;
        let name = snapshot.name.as_deref().map_or("auto".into(), SafeText::data);
        let about = joined![
            name,
            " ",
            number(snapshot.version),
            " is deleted; its version is kept. ",
            undo.clone(),
            " ",
            undo.clone(),
            " undoes that."
        ];
        Some(Self::new(ConfirmSubject::Deletion(id, undo), about, GuardInput::of(tenant)))
    }

    /// Whether a write should be turned round, where the tenant asks for its name first.
    pub fn turn(tenant: &Tenant, verb: Verb, plan: TurnPlan) -> Self {
        let about = sentence(&Plan::Turn(plan.clone()).words(&SCREEN));
        Self::new(ConfirmSubject::Turn(verb, Box::new(plan)), about, GuardInput::of(tenant))
    }

    fn new(asked: ConfirmSubject, about: SafeText, guard: GuardInput) -> Self {
        Self { asked, about, guard, typing: false, missing: false }
    }

    /// The same question, looked up again. The error says why there is nothing left to ask.
    pub fn asked_anew(&self, tenant: &Tenant) -> Result<Self, &'static str> {
        match &self.asked {
            ConfirmSubject::Deletion(id, undo) => Self::deletion(tenant, *id, undo.clone())
                .ok_or("Question closed: the snapshot is no longer in the list"),
            ConfirmSubject::Turn(verb, _) => match verb.plan(tenant) {
                Ok(Plan::Turn(plan)) => Ok(Self::turn(tenant, verb.clone(), plan)),
                _ => Err("Question closed: there is nothing left to undo"),
            },
        }
    }

    /// Says what holds now. What was typed stays.
    pub fn renew(&mut self, tenant: &Tenant) -> BoxFacts {
        match self.asked_anew(tenant) {
            Ok(new) => (self.asked, self.about) = (new.asked, new.about),
            Err(why) => return BoxFacts::Gone(why.into()),
        }
        self.guard.renew(tenant);
        BoxFacts::Hold
    }

    /// Which keys hold.
    pub fn context(&self) -> Context {
        if self.typing { Context::Prompt } else { Context::Question }
    }

    /// The line that keys go into.
    pub fn line_mut(&mut self) -> Option<&mut EditLine> {
        self.typing.then_some(&mut self.guard.line)
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> DialogAnswer {
        self.missing = false;
        match action {
            Action::Confirm | Action::Cancel if self.typing => self.typing = false,
            Action::Confirm if self.guard.is_met() => return DialogAnswer::Write(self.write()),
            Action::Confirm => (self.missing, self.typing) = (true, true),
            Action::Cancel => return DialogAnswer::Close,
            _ => {}
        }
        DialogAnswer::Stay
    }

    /// What a yes means, with all that the question says.
    fn write(&self) -> Write {
        match &self.asked {
            ConfirmSubject::Deletion(id, _) => Write::Do(Verb::Delete(*id), self.guard.allow()),
            ConfirmSubject::Turn(verb, plan) => Write::Do(verb.clone(), allow_plan(self.guard.allow(), plan)),
        }
    }

    /// What it says.
    pub fn sheet(&self, keymap: &Keymap) -> Sheet<'_> {
        let [yes, no] = [Action::Confirm, Action::Cancel].map(|action| keymap.keys_in(Context::Question, action));
        let (title, does) = match &self.asked {
            ConfirmSubject::Deletion(..) => ("Delete snapshot", "delete"),
            ConfirmSubject::Turn(Verb::Redo, _) => ("Redo", "redo"),
            ConfirmSubject::Turn(..) => ("Undo", "undo"),
        };
        let complaint = self.missing.then(|| DialogRow::Text(self.guard.complaint(&yes), SentenceTone::Bad));
        let keys = DialogRow::Keys(vec![joined![yes, " ", does], joined![no, " cancel"]]);
        Sheet {
            title: title.into(),
            footer: "Enter does nothing".into(),
            width: WIDTH,
            rows: vec![DialogRow::plain(&self.about)],
            foot: [DialogRow::gap()]
                .into_iter()
                .chain(self.guard.row(self.typing))
                .chain(complaint)
                .chain([keys])
                .collect(),
            ..Sheet::default()
        }
    }
}

/// What somebody agreed to who was told a plan: to the doubt and the versions of others that it names.
pub fn allow_plan(allow: Allow, plan: &TurnPlan) -> Allow {
    let doubtful = plan.would.moved.as_ref().is_some_and(|moved| moved.doubt.is_some());
    allow.doubtful(doubtful).leaving_others(plan.would.others() > 0)
}
