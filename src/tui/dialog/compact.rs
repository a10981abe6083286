//! The question before old history is cut off: what goes for good, what stays. Only `y` commits; Enter is inert.

use super::form::Line;
use super::frame::{Frame, wrap};
use super::guard::Guard;
use super::rows::{Row, Tone, paint_rows};
use super::{Answer, Facts};
use crate::ops::Verb;
use crate::record::Version;
use crate::tui::action::{Action, Context};
use crate::tui::app::Session;
use crate::tui::job::{Cutting, Job, Write};
use crate::tui::keymap::Keymap;
use crate::tui::pane::Look;
use crate::view::text::{counted, data, fit, number, size};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

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

/// Columns inside.
const WIDTH: u16 = 64;

/// From this many rows of the screen on, parts are set apart.
const ROOMY: u16 = 30;

impl Compaction {
    /// The question about everything before a version.
    pub fn new(session: &Session, before: Version) -> Self {
        let place = data(&session.tenant.id().0).into_owned();
        Self { before, place, guard: Guard::of(&session.tenant), typing: false, missing: false, preview: None }
    }

    /// The same question with everything but what was typed looked up again.
    #[cfg(test)]
    pub fn asked_anew(&self, session: &Session) -> Self {
        let mut guard = Guard::of(&session.tenant);
        guard.line = self.guard.line.clone();
        Self { typing: self.typing, missing: self.missing, guard, ..Self::new(session, self.before) }
    }

    /// Looks whether its facts still hold, or by which job they are worked out.
    pub fn renew(&mut self, session: &Session, moved: bool) -> Facts {
        if moved {
            self.guard.renew(&session.tenant);
        }
        if self.preview.is_some() && !moved {
            return Facts::Hold;
        }
        Facts::WorkedOutBy(Job::PlanCut { tenant: session.tenant.clone(), before: self.before })
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

    /// Paints it; answers where the text cursor is.
    pub fn paint(&self, keymap: &Keymap, look: &Look, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let rows = self.rows(keymap, area.height >= ROOMY);
        let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        let frame = Frame { title: "Compact", footer: "Enter does nothing", width: WIDTH, height };
        paint_rows(&rows, frame.paint(look, area, buf), look, buf)
    }

    fn rows(&self, keymap: &Keymap, roomy: bool) -> Vec<Row<'_>> {
        let [yes, no] = [Action::Confirm, Action::Cancel].map(|action| keymap.keys_in(Context::Question, action));
        let gap = || roomy.then(Row::gap);
        let heading = format!("{}   delete everything before {}", self.place, number(self.before));
        let mut rows = vec![Row::Text(heading, Tone::Strong), Row::gap()];
        rows.extend(self.about(gap));
        rows.extend(gap());
        let warning =
            "Nothing else in asof takes history away. It cannot be undone: no key and no branch brings it back.";
        rows.extend(wrap(warning, usize::from(WIDTH)).into_iter().map(|line| Row::Text(line, Tone::Bad)));
        rows.push(Row::gap());
        rows.extend(self.guard.row(self.typing));
        rows.extend(self.missing.then(|| Row::Text(self.guard.complaint(&yes), Tone::Bad)));
        rows.push(Row::Text(format!("  {yes}  cut it off for good     {no}  cancel"), Tone::Strong));
        rows
    }

    fn about<'a>(&self, gap: impl Fn() -> Option<Row<'a>>) -> Vec<Row<'a>> {
        let cutting = match &self.preview {
            None => return vec![Row::Text("… computing".to_owned(), Tone::Dim)],
            Some(Err(why)) => {
                return wrap(&data(why), usize::from(WIDTH)).into_iter().map(|l| Row::Text(l, Tone::Bad)).collect();
            }
            Some(Ok(cutting)) => cutting,
        };
        let part = |title: &str, lines: Vec<String>| {
            [Row::plain(title)].into_iter().chain(lines.into_iter().map(|line| Row::plain(format!("  {line}"))))
        };
        let mut rows: Vec<_> = part("Goes for good", cutting.goes()).collect();
        rows.extend(gap());
        rows.extend(part("Stays", cutting.stays()));
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
        let named = |names: Vec<&str>| {
            let shown = names.iter().map(|name| data(name)).collect::<Vec<_>>().join(", ");
            if shown.is_empty() { String::new() } else { format!(": {}", fit(&shown, 36)) }
        };
        let snapshots = named(plan.snapshots.iter().filter_map(|one| one.name.as_deref()).collect());
        let branches = named(plan.branches.iter().map(|name| &**name).collect());
        let transactions = match plan.transactions {
            0 => "no transactions".to_owned(),
            many => format!("{} that began there", counted(many, "transaction")),
        };
        vec![
            range,
            records,
            format!("{}{snapshots}", counted(plan.snapshots.len(), "snapshot")),
            format!(
                "{}{branches}",
                if plan.branches.len() == 1 {
                    "1 kept branch".into()
                } else {
                    format!("{} kept branches", plan.branches.len())
                }
            ),
            transactions,
        ]
    }

    /// What stays, in lines.
    fn stays(&self) -> Vec<String> {
        let versions = counted(self.versions, "version");
        let text = format!(
            "{versions}, {}, with their numbers; {}; branches that grow, variants with their baselines, and what was \
             rolled back to from there",
            range(self.plan.before, self.newest),
            counted(self.snapshots, "snapshot"),
        );
        wrap(&text, usize::from(WIDTH) - 2)
    }
}

fn range(first: Version, last: Version) -> String {
    if first == last { number(first) } else { format!("{} to {}", number(first), number(last)) }
}
