//! The question before old history is cut off: what is deleted, what is kept. Only `y` commits; Enter is inert.

use super::guard::Guard;
use super::line::Line;
use super::rows::{Row, Tone};
use super::sheet::Sheet;
use super::{Answer, Facts};
use crate::ops::Verb;
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::action::{Action, Context};
use crate::tui::job::{Cutting, Job, Write};
use crate::tui::keymap::Keymap;
use crate::view::text::{counted, data, number, short_name, size, thousands};
use ratatui::layout::Rect;

/// The question.
pub struct Compaction {
    before: Version,
    place: String,
    guard: Guard,
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
        let place = data(&tenant.id().0).into_owned();
        Self { before, place, guard: Guard::of(tenant), typing: false, missing: false, preview: None }
    }

    /// The same question with everything but what was typed looked up again.
    #[cfg(test)]
    pub fn asked_anew(&self, tenant: &Tenant) -> Self {
        let mut guard = Guard::of(tenant);
        guard.line = self.guard.line.clone();
        Self { typing: self.typing, missing: self.missing, guard, ..Self::new(tenant, self.before) }
    }

    /// Looks whether its facts still hold, or by which job they are worked out.
    pub fn renew(&mut self, tenant: &Tenant, moved: bool) -> Facts {
        if moved {
            self.guard.renew(tenant);
        }
        if self.preview.is_some() && !moved {
            return Facts::Hold;
        }
        Facts::WorkedOutBy(Job::PlanCut { tenant: tenant.clone(), before: self.before })
    }

    /// Which keys hold.
    pub fn context(&self) -> Context {
        if self.typing { Context::Prompt } else { Context::Question }
    }

    /// The line that keys go into.
    pub fn line_mut(&mut self) -> Option<&mut Line> {
        self.typing.then_some(&mut self.guard.line)
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> Answer {
        self.missing = false;
        match action {
            Action::Confirm | Action::Cancel if self.typing => self.typing = false,
            Action::Confirm => return self.commit(),
            Action::Cancel => return Answer::Close,
            _ => {}
        }
        Answer::Stay
    }

    /// Nothing is cut off before it is known what that would be, nor without the name that is asked for.
    fn commit(&mut self) -> Answer {
        match self.preview {
            Some(Ok(_)) if self.guard.is_met() => {
                Answer::Write(Write::Do(Verb::Compact { before: self.before }, self.guard.allow()))
            }
            Some(Ok(_)) => {
                (self.missing, self.typing) = (true, true);
                Answer::Stay
            }
            _ => Answer::Stay,
        }
    }

    /// What it says on a screen.
    pub fn sheet(&self, keymap: &Keymap, area: Rect) -> Sheet<'_> {
        let [yes, no] = [Action::Confirm, Action::Cancel].map(|action| keymap.keys_in(Context::Question, action));
        let gap = || (area.height >= ROOMY).then(Row::gap);
        let heading = format!("{}   delete everything before {}", self.place, number(self.before));
        let warning = "Deleting history cannot be undone: no key and no branch brings it back.";
        let mut rows = vec![Row::Text(heading, Tone::Strong), Row::gap()];
        rows.extend(self.about(gap));
        rows.extend(gap());
        rows.push(Row::Text(warning.to_owned(), Tone::Bad));
        let mut foot = vec![Row::gap()];
        foot.extend(self.guard.row(self.typing));
        foot.extend(self.missing.then(|| Row::Text(self.guard.complaint(&yes), Tone::Bad)));
        foot.push(Row::Keys(vec![format!("{yes} delete permanently"), format!("{no} cancel")]));
        Sheet { title: "Compact".to_owned(), footer: "Enter does nothing".to_owned(), width: WIDTH, rows, foot }
    }

    fn about<'a>(&self, gap: impl Fn() -> Option<Row<'a>>) -> Vec<Row<'a>> {
        let cutting = match &self.preview {
            None => return vec![Row::Text("… computing".to_owned(), Tone::Dim)],
            Some(Err(why)) => return vec![Row::Text(data(why).into_owned(), Tone::Bad)],
            Some(Ok(cutting)) => cutting,
        };
        let mut rows = vec![Row::plain("Deleted permanently")];
        rows.extend(cutting.goes().into_iter().map(|line| Row::plain(format!("  {line}"))));
        rows.extend(gap());
        rows.extend([Row::plain("Kept"), Row::plain(format!("  {}", cutting.stays()))]);
        rows
    }
}

impl Cutting {
    /// What goes, a line a kind.
    fn goes(&self) -> Vec<String> {
        let plan = &self.plan;
        let last = Version(plan.before.0 - 1);
        let range = format!("{}, {}", counted(plan.versions, "version"), range(self.first, last));
        let records = format!("{}, {} of the log", counted(plan.records, "record"), size(plan.bytes));
        let snapshots = listed(plan.snapshots.iter().filter_map(|one| one.name.as_deref()));
        let branches = listed(plan.branches.iter().map(|name| &**name));
        let transactions = match plan.transactions {
            0 => "no transactions".to_owned(),
            many => format!("{} that began there", counted(many, "transaction")),
        };
        vec![
            range,
            records,
            format!("{}{snapshots}", counted(plan.snapshots.len(), "snapshot")),
            format!("{}{branches}", counted(plan.branches.len(), "kept branch")),
            transactions,
        ]
    }

    /// What stays.
    fn stays(&self) -> String {
        let versions = counted(self.versions, "version");
        format!(
            "{versions}, {}, with their numbers; {}; branches that grow, variants with their baselines, and what was \
             rolled back to from there",
            range(self.plan.before, self.newest),
            counted(self.snapshots, "snapshot"),
        )
    }
}

/// `: v1, v2 and 3 more`; empty without names.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    let shown: Vec<_> = names.iter().take(MOST_NAMES).map(|name| short_name(&data(name)).into_owned()).collect();
    let more = names.len() - shown.len();
    let more = if more > 0 { format!(" and {} more", thousands(more as u64)) } else { String::new() };
    if shown.is_empty() { String::new() } else { format!(": {}{more}", shown.join(", ")) }
}

fn range(first: Version, last: Version) -> String {
    if first == last { number(first) } else { format!("{} to {}", number(first), number(last)) }
}
