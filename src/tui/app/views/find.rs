//! When something held.

use super::page::{BelowLines, FactLines, InputLine, Page, PageLayout, PagePlace, PageRoom, Panel, TableRows};
use super::{ListView, ViewSpec};
use crate::tui::action::{Context, View};
use crate::tui::app::asked::FindLine;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::view::Ends;
use crate::view::clock::date_time_exact;
use crate::view::find::{BY_NULL, FindHit, FindKind, FindQuery, FindResults, LineNote, limits};
use crate::view::list::ListMove;
use crate::view::needle::Needle;
use crate::view::path_history::QuestionExtent;
use crate::view::table::RowTone;
use crate::view::text::{SafeText, joined, number};

/// The view.
pub(super) static SPEC: ViewSpec =
    ViewSpec { view: View::FIND, tab: "4 Find", contexts: &[Context::Find], list: Some(&HitList) };

struct HitList;

impl ListView for HitList {
    fn layout(&self, session: &Session) -> PageLayout {
        let found = &session.asked.finding.found;
        PageLayout::Find((found.extent == QuestionExtent::Whole).then(|| found.hits().len()))
    }

    /// The line that says what to find, what was found, and what the selected one changed.
    fn page<'a>(&self, _app: &'a App, session: &'a Session, room: &PageRoom) -> Page<'a> {
        let (found, line) = (&session.asked.finding.found, &session.asked.finding.line);
        let table = found.table(&session.history(), session.cursor, room.list.rows);
        let rows =
            TableRows { needles: needles(&found.query), is_left: line.is_open, ..TableRows::new(title(found), table) };
        let input = (PagePlace::Input, Panel::Input(input(session, line)));
        let selected = found.selected().map(|hit| Panel::Facts(detail(session, hit, room.detail.inside())));
        let panels = match selected {
            // Nothing was asked yet.
            None if found.query.text.is_empty() => vec![(PagePlace::Whole, Panel::Transitions), input],
            selected => {
                let detail = (PagePlace::Detail, selected.unwrap_or(Panel::Transitions));
                vec![(PagePlace::List, Panel::Rows(rows)), detail, input]
            }
        };
        Page { panels, about: found.trouble() }
    }

    fn fit(&self, session: &mut Session, heights: &Heights) {
        session.asked.finding.found.resize(heights.list);
    }

    fn act(&self, session: &mut Session, step: ListMove) {
        session.asked.finding.found.act(step);
    }

    fn ends(&self, session: &Session) -> Option<Ends> {
        session.end_of_hit()
    }

    fn enter(&self, app: &mut App) {
        app.go_to_hit();
    }
}

impl Session {
    /// What the first version of the selected run changed.
    pub fn end_of_hit(&self) -> Option<Ends> {
        let b = self.asked.finding.found.selected()?.span.from;
        Some(Ends { a: self.before(b), b })
    }
}

/// What is marked in the rows: a text that was looked for, as it was typed; no filter.
fn needles(query: &FindQuery) -> Vec<Needle> {
    if query.kind == FindKind::Where { Vec::new() } else { Needle::smart(query.text.trim()).into_iter().collect() }
}

fn title(found: &FindResults) -> SafeText {
    match (found.query.text.is_empty(), found.query.newest_first) {
        (true, _) => "Found".into(),
        (false, true) => "Found · newest first".into(),
        (false, false) => "Found · oldest first".into(),
    }
}

fn input<'a>(session: &Session, line: &'a FindLine) -> InputLine<'a> {
    let FindLine { line, kind, newest_first, is_open, wrong, .. } = line;
    let note = match wrong {
        Some(wrong) => LineNote::Wrong {
            // In letters before it, as the line shows them.
            before: wrong.text.get(..wrong.at.min(wrong.text.len())).map(SafeText::data).unwrap_or_default(),
            why: SafeText::written(&wrong.why),
            hint: wrong.hint.as_deref().map(SafeText::data),
        },
        None if line.text().is_empty() || *is_open => LineNote::About(kind.about()),
        None => LineNote::About(""),
    };
    let end = if *newest_first { "newest first" } else { "oldest first" };
    let caption = joined![extent(session, *is_open), " · ", end];
    InputLine { title: "Find in time", word: kind.word(), line, is_open: *is_open, note, caption }
}

/// `all versions of main`, `#3 to #40 (A to B)`: what will be looked at, or was.
fn extent(session: &Session, is_open: bool) -> SafeText {
    let query = &session.asked.finding.found.query;
    let limited = if is_open { limits(session.limits()) } else { query.limits() };
    limited.unwrap_or_else(|| joined!["all versions of ", SafeText::data(&session.walked())])
}

/// Who made it true, and all that this version changed.
fn detail<'a>(session: &'a Session, hit: &'a FindHit, columns: usize) -> FactLines<'a> {
    let found = &session.asked.finding.found;
    let mut facts = vec![joined!["true ", found.span_sentence(hit.span)]];
    if let Some(info) = session.history().info(hit.span.from) {
        facts.push((&info.label).into());
        facts.extend(info.by.map(|by| joined!["by ", &by]));
        facts.extend(info.at.map(|at| date_time_exact(at).into()));
    }
    let mut lines = vec![(RowTone::Strong, SafeText::join(facts, " · "))];
    if hit.by_null {
        lines.extend(SafeText::from(BY_NULL).wrap(columns).into_iter().map(|line| (RowTone::Dim, line)));
    }
    let title = joined!["What ", number(hit.span.from), " changed"];
    let below = session.end_of_hit().map_or(BelowLines::Nothing, |ends| BelowLines::Found(ends, hit.cause.as_ref()));
    FactLines { title, lines, below, ..FactLines::default() }
}
