//! All of what is selected, in a box that scrolls: no value in it is cut.

use super::page::{BelowLines, FactLines, PageRoom, Panel, Size, TableRows};
use super::{App, Session, View};
use crate::export::VersionRow;
use crate::tui::action::Action;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::notice::{BoxValue, WholeText};
use crate::tui::frame_map::Pane;
use crate::tui::message::MessageTone;
use crate::value::{Path, Value};
use crate::view::changes::ToldExtent;
use crate::view::path::printed;
use crate::view::table::{self, Table};
use crate::view::text::{NamedLine, SafeText, joined, number, push_literal};
use crate::view::transitions::{Fact, detail};
use crate::view::{snapshots, variants};

/// Columns of the names of what is known of a version, at least.
const FACT: usize = 8;

/// Columns of the headings of a list.
const NAME: usize = 14;

/// Bytes of a value that a box tells, at most; longer strings are told from their beginning.
const MOST_BYTES: u64 = 1 << 20;

impl App {
    /// All of what is selected: of a value, a change, a transition, or a row of a list.
    pub(super) fn show_whole(&mut self) {
        let Some(session) = self.session() else { return };
        let (title, lines) = match (self.workspace.view, self.focus) {
            (View::DEBUG, Pane::Timeline | Pane::Transitions) => return self.show_transition(),
            (View::DEBUG, Pane::Changes) => {
                let ends = session.shown.versions;
                let mut lines = Vec::new();
                add(&mut lines, session.changes.in_full(ToldExtent::Whole));
                (joined!["A ", number(ends.a), " → B ", number(ends.b)], lines)
            }
            (View::DEBUG, Pane::Snapshots) => session.whole_snapshot(),
            (View::DEBUG | View::DIFF, _) => return self.show_value(),
            _ => self.whole_row(session),
        };
        if lines.is_empty() {
            return self.messages.note("No row here");
        }
        self.show_box(Dialog::lines(title, lines));
    }

    /// All that is known of the cursor's version, with what it changed.
    pub(super) fn show_transition(&mut self) {
        let Some(session) = self.session() else { return };
        let (tenant, at) = (&session.tenant, session.cursor);
        let history = session.history();
        let Some(row) = VersionRow::of(&history, at).filter(|_| at.0 > 0) else {
            return self.messages.note("#0 is the state before anything was recorded");
        };
        let recorded = tenant.record_of(at).ok().flatten();
        let from = recorded.and_then(|record| record.entry.provenance.as_deref().cloned()).unwrap_or_default();
        let row = VersionRow { reason: tenant.reason_of(at), ..row };
        let facts = detail(&history, &session.asked.counts, &row, &from);
        let names = facts.iter().map(|fact| fact.name.len()).max().unwrap_or(0).max(FACT);
        let line = |fact: Fact| {
            let tone = if fact.is_bad { MessageTone::Failure } else { MessageTone::Note };
            (tone, NamedLine { name: joined![SafeText::from(fact.name).filled(names), "  "], says: fact.says })
        };
        let mut lines: Vec<(MessageTone, NamedLine)> = facts.into_iter().map(line).collect();
        let shown = session.shown.versions;
        // Where A and B are pinned to others, or it is not known yet, that is not told.
        if shown.b == at && shown.a == session.before(at) {
            add(&mut lines, session.changes.in_full(ToldExtent::Near));
        }
        self.show_box(Dialog::lines(joined!["Transition ", number(at)], lines));
    }

    /// The value under the cursor, in the diff on both sides.
    fn show_value(&mut self) {
        let Some((path, sides)) = self.sides() else { return };
        let text = |value: &Value| match value {
            Value::String(text) => Some(WholeText { text: text.to_string(), is_raw: true }),
            value => (value.size() <= MOST_BYTES)
                .then(|| WholeText { text: value.to_json_pretty_by(push_literal), is_raw: false }),
        };
        let texts: Option<Vec<_>> = sides.iter().map(|(side, value)| Some((*side, text(value)?))).collect();
        let place = |side: &str| match side {
            "" => format!("at {}", printed(&path)),
            side => format!("of {} at {}", side.trim_end_matches(": "), printed(&path)),
        };
        let value = |(side, value): &(&'static str, &Value)| BoxValue { place: place(side), value: (*value).clone() };
        let values = sides.iter().map(value).collect();
        match texts {
            Some(texts) if texts.is_empty() => self.messages.note("No value here"),
            Some(texts) => {
                let key = self.keymap.key_of(Action::Edit);
                self.show_box(Dialog::whole(printed(&path), &texts, values, &key));
            }
            None => self.messages.note("Too long for a box: e opens it in your editor"),
        }
    }

    /// The value under the cursor and where it is; in the diff that of A and of B, where they have one.
    pub(super) fn sides(&self) -> Option<(Path, Vec<(&'static str, &Value)>)> {
        let session = self.session()?;
        let (path, sides) = match self.workspace.view {
            View::DIFF => {
                let (left, right) = session.difftree.values();
                (session.difftree.path(), vec![("A: ", left), ("B: ", right)])
            }
            _ => (session.tree.path().clone(), vec![("", session.tree.under_cursor())]),
        };
        Some((path, sides.into_iter().filter_map(|(side, value)| Some((side, value?))).collect()))
    }

    /// What a list knows of its selected row, as it would show it with room for all.
    fn whole_row(&self, session: &Session) -> (SafeText, Vec<(MessageTone, NamedLine)>) {
        let Some(list) = self.list_view() else { return Default::default() };
        let page =
            list.page(self, session, &PageRoom { list: Size::ENDLESS, detail: Size::ENDLESS, changes: Size::ENDLESS });
        let (mut title, mut lines) = (SafeText::default(), Vec::new());
        for (_, panel) in page.panels {
            match panel {
                Panel::Rows(TableRows { table, .. }) => add(&mut lines, cells(&table)),
                Panel::Facts(facts) => {
                    title = if title.is_empty() { facts.title.clone() } else { title };
                    session.add_facts(facts, &mut lines);
                }
                Panel::Variants(comparison) => {
                    let report = variants::markdown(&comparison, &session.tenant.id().0);
                    add(&mut lines, report.lines().map(|line| SafeText::written(line).into()));
                }
                _ => {}
            }
        }
        (title, lines)
    }
}

impl Session {
    /// What is known of a row, and all that changed with it.
    fn add_facts(&self, facts: FactLines<'_>, lines: &mut Vec<(MessageTone, NamedLine)>) {
        let tone = |tone| if tone == table::RowTone::Bad { MessageTone::Failure } else { MessageTone::Note };
        if !lines.is_empty() && !facts.lines.is_empty() {
            lines.push((MessageTone::Note, NamedLine::default()));
        }
        lines.extend(facts.lines.into_iter().map(|(kind, line)| (tone(kind), line.into())));
        let (BelowLines::Changes(ends, _) | BelowLines::Found(ends, _) | BelowLines::SomeChanges(ends)) = facts.below
        else {
            return;
        };
        match self.lists.asides.diff(ends) {
            Some(Ok(changes)) => add(lines, changes.in_full(ToldExtent::Whole)),
            Some(Err(why)) => lines.push((MessageTone::Failure, SafeText::written(why).into())),
            None => lines.push((MessageTone::Note, SafeText::from("… computing what changed").into())),
        }
    }

    /// All that is known of the selected snapshot.
    fn whole_snapshot(&self) -> (SafeText, Vec<(MessageTone, NamedLine)>) {
        let history = self.history();
        let id = snapshots::selected(&history, &self.snapshots, &self.lists.filter);
        let Some(known) = id.and_then(|id| snapshots::detail(&history, id)) else { return Default::default() };
        let facts = known.facts.into_iter().map(|(name, fact)| fact_line(name, &fact));
        let mut lines = Vec::new();
        add(&mut lines, facts.chain(Some(known.description).filter(|text| !text.is_empty()).map(NamedLine::from)));
        (known.title, lines)
    }
}

/// The cells of the selected row, each with the heading of its column.
fn cells(table: &Table) -> Vec<NamedLine> {
    let Some(row) = table.rows.iter().find(|row| row.selected) else { return Vec::new() };
    let cells = table.columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty());
    cells.map(|(column, cell)| fact_line(column.title, cell)).collect()
}

fn fact_line(name: &'static str, says: &SafeText) -> NamedLine {
    NamedLine { name: joined![SafeText::from(name).filled(NAME), "  "], says: says.clone() }
}

/// Adds lines, after an empty one where there are some before.
fn add(lines: &mut Vec<(MessageTone, NamedLine)>, more: impl IntoIterator<Item = NamedLine>) {
    let mut more = more.into_iter().peekable();
    if !lines.is_empty() && more.peek().is_some() {
        lines.push((MessageTone::Note, NamedLine::default()));
    }
    lines.extend(more.map(|line| (MessageTone::Note, line)));
}
