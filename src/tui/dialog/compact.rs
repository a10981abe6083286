//! The question before old history is cut off: what is deleted, what is kept. Only `y` commits; Enter is inert.

use super::guard::GuardInput;
use super::line::EditLine;
use super::rows::{DialogRow, SentenceTone};
use super::sheet::Sheet;
use super::{BoxFacts, DialogAnswer};
use crate::ops::Verb;
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::action::{Action, Context};
use crate::tui::job::{Cutting, Job, Write};
use crate::tui::keymap::Keymap;
use crate::view::text::{NAME, SafeText, counted, joined, number, size, thousands};
use ratatui::layout::Rect;

/// The question.
pub struct Compaction {
    before: Version,
    place: SafeText,
    guard: GuardInput,
    /// Whether the tenant's name is being typed.
    typing: bool,
    /// Whether it was missing when the question was confirmed.
    missing: bool,
    /// What would go and stay, once worked out.
    pub preview: Option<Result<Cutting, String>>,
}

/// Columns inside, at most.
const WIDTH: u16 = 64;

/// Names of what goes, at most.
const MOST_NAMES: usize = 8;

/// From this many rows of the screen on, parts are set apart.
const ROOMY: u16 = 30;

impl Compaction {
    /// The question about everything before a version.
    pub fn new(tenant: &Tenant, before: Version) -> Self {
        let place = SafeText::data(&tenant.id().0);
        Self { before, place, guard: GuardInput::of(tenant), typing: false, missing: false, preview: None }
    }

    /// The same question with everything but what was typed looked up again.
    #[cfg(test)]
    pub fn asked_anew(&self, tenant: &Tenant) -> Self {
        let mut guard = GuardInput::of(tenant);
        guard.line = self.guard.line.clone();
        Self { typing: self.typing, missing: self.missing, guard, ..Self::new(tenant, self.before) }
    }

    /// Looks whether its facts still hold, or by which job they are worked out.
    pub fn renew(&mut self, tenant: &Tenant, moved: bool) -> BoxFacts {
        if moved {
            self.guard.renew(tenant);
        }
        if self.preview.is_some() && !moved {
            return BoxFacts::Hold;
        }
        BoxFacts::WorkedOutBy(Job::PlanCut { tenant: tenant.clone(), before: self.before })
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
            Action::Confirm => return self.commit(),
            Action::Cancel => return DialogAnswer::Close,
            _ => {}
        }
        DialogAnswer::Stay
    }

    /// Nothing is cut off before it is known what that would be, nor without the name that is asked for.
    fn commit(&mut self) -> DialogAnswer {
        match self.preview {
            Some(Ok(_)) if self.guard.is_met() => {
                DialogAnswer::Write(Write::Do(Verb::Compact { before: self.before }, self.guard.allow()))
            }
            Some(Ok(_)) => {
                (self.missing, self.typing) = (true, true);
                DialogAnswer::Stay
            }
            _ => DialogAnswer::Stay,
        }
    }

    /// What it says on a screen.
    pub fn sheet(&self, keymap: &Keymap, area: Rect) -> Sheet<'_> {
        let [yes, no] = [Action::Confirm, Action::Cancel].map(|action| keymap.keys_in(Context::Question, action));
        let gap = || (area.height >= ROOMY).then(DialogRow::gap);
        let heading = joined![&self.place, "   delete everything before ", number(self.before)];
        let warning = "Deleting history cannot be undone: no key and no branch brings it back.";
        let mut rows = vec![DialogRow::Text(heading, SentenceTone::Strong), DialogRow::gap()];
        rows.extend(self.about(gap));
        rows.extend(gap());
        rows.push(DialogRow::Text(warning.into(), SentenceTone::Bad));
        let mut foot = vec![DialogRow::gap()];
        foot.extend(self.guard.row(self.typing));
        foot.extend(self.missing.then(|| DialogRow::Text(self.guard.complaint(&yes), SentenceTone::Bad)));
        foot.push(DialogRow::Keys(vec![joined![yes, " delete permanently"], joined![no, " cancel"]]));
        Sheet {
            title: "Compact".into(),
            footer: "Enter does nothing".into(),
            width: WIDTH,
            rows,
            foot,
            ..Sheet::default()
        }
    }

    fn about<'a>(&self, gap: impl Fn() -> Option<DialogRow<'a>>) -> Vec<DialogRow<'a>> {
        let cutting = match &self.preview {
            None => return vec![DialogRow::Text("… computing".into(), SentenceTone::Dim)],
            Some(Err(why)) => return vec![DialogRow::Text(SafeText::written(why), SentenceTone::Bad)],
            Some(Ok(cutting)) => cutting,
        };
        let mut rows = vec![DialogRow::plain("Deleted permanently")];
        rows.extend(cutting.goes().into_iter().map(|line| DialogRow::plain(joined!["  ", line])));
        rows.extend(gap());
        rows.extend([DialogRow::plain("Kept"), DialogRow::plain(joined!["  ", cutting.stays()])]);
        rows
    }
}

impl Cutting {
    /// What goes, a line a kind.
    fn goes(&self) -> Vec<SafeText> {
        let plan = &self.plan;
        let last = Version(plan.before.0 - 1);
        let range = joined![counted(plan.versions, "version"), ", ", range(self.first, last)];
        let records = joined![counted(plan.records, "record"), ", ", size(plan.bytes), " of the log"];
        let snapshots = listed(plan.snapshots.iter().filter_map(|one| one.name.as_deref()));
        let branches = listed(plan.branches.iter().map(|name| &**name));
        let transactions = match plan.transactions {
            0 => "no transactions".into(),
            many => joined![counted(many, "transaction"), " that began there"],
        };
        vec![
            range,
            records,
            joined![counted(plan.snapshots.len(), "snapshot"), snapshots],
            joined![counted(plan.branches.len(), "kept branch"), branches],
            transactions,
        ]
    }

    /// What stays.
    fn stays(&self) -> SafeText {
        let versions = counted(self.versions, "version");
        joined![
            versions,
            ", ",
            range(self.plan.before, self.newest),
            ", with their numbers; ",
            counted(self.snapshots, "snapshot"),
            "; branches that grow, variants with their baselines, and what was \
             rolled back to from there"
        ]
    }
}

/// `: v1, v2 and 3 more`; empty without names.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> SafeText {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        return SafeText::default();
    }
    let shown = names.iter().take(MOST_NAMES).map(|name| SafeText::data(name).fit_middle(NAME));
    let more = match names.len().saturating_sub(MOST_NAMES) {
        0 => SafeText::default(),
        more => joined![" and ", thousands(more as u64), " more"],
    };
    joined![": ", SafeText::join(shown, ", "), more]
}

fn range(first: Version, last: Version) -> SafeText {
    if first == last { number(first).into() } else { joined![number(first), " to ", number(last)] }
}
