//! Every change of one part of the value.

use super::page::{BelowLines, FactLines, Page, PageLayout, PagePlace, PageRoom, Panel};
use super::{ListView, ViewSpec};
use crate::tui::action::{Context, View};
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::tui::job::AsideQuestion;
use crate::view::Ends;
use crate::view::clock::date_time_exact;
use crate::view::list::ListMove;
use crate::view::path_history::ChangeRow;
use crate::view::table::RowTone;
use crate::view::text::{SafeText, joined, number};

/// The view.
pub(super) static SPEC: ViewSpec =
    ViewSpec { view: View::HISTORY, tab: "History", contexts: &[Context::PathHistory], list: Some(&ChangeList) };

/// Rows of a label.
const MOST_LABEL: usize = 3;

struct ChangeList;

impl ListView for ChangeList {
    fn layout(&self, _session: &Session) -> PageLayout {
        PageLayout::Found
    }

    /// The changes of the path, all of the selected one, and the curve of its numbers under the timeline.
    fn page<'a>(&self, _app: &'a App, session: &'a Session, room: &PageRoom) -> Page<'a> {
        let Some(history) = &session.asked.history else { return Page::default() };
        let size = (usize::from(room.list.columns), room.list.rows);
        let table = history.table(&session.history(), session.cursor, size);
        let title = joined!["[History] of ", &history.name, " · newest first"];
        let mut detail = FactLines { below: BelowLines::Curve(history), ..FactLines::default() };
        if let Some(change) = history.selected() {
            detail.title = number(change.version).into();
            detail.lines = lines(session, change, room.detail.inside());
        }
        let panels = vec![(PagePlace::List, Panel::rows(title, table)), (PagePlace::Detail, Panel::Facts(detail))];
        Page { panels, about: SafeText::default() }
    }

    fn fit(&self, session: &mut Session, heights: &Heights) {
        session.asked.history.iter_mut().for_each(|history| history.resize(heights.list));
    }

    fn act(&self, session: &mut Session, step: ListMove) {
        session.asked.history.iter_mut().for_each(|history| history.act(step));
    }

    fn ends(&self, session: &Session) -> Option<Ends> {
        session.version_of_change().map(|b| Ends { a: session.before(b), b })
    }

    fn enter(&self, app: &mut App) {
        app.go_to_change();
    }

    /// Its rows say what changed.
    fn wanted(&self, _session: &Session, _heights: &Heights) -> Vec<AsideQuestion> {
        Vec::new()
    }
}

fn lines(session: &Session, change: &ChangeRow, columns: usize) -> Vec<(RowTone, SafeText)> {
    let info = session.history().info(change.version);
    let mut facts: Vec<SafeText> = Vec::new();
    let mut label = SafeText::default();
    if let Some(info) = info {
        label = (&info.label).into();
        facts.extend(info.at.map(|at| date_time_exact(at).into()));
        facts.extend(info.by.as_ref().map(|by| joined!["by ", by]));
        facts.push(info.act().into());
    }
    facts.push(change.delta.clone());
    // Who and when before what it is called: labels may be long.
    let facts = SafeText::join(facts.into_iter().filter(|fact| !fact.is_empty()), " · ");
    let all = SafeText::join([facts.clone(), label.clone()].into_iter().filter(|fact| !fact.is_empty()), " · ");
    let strong = match all.width() <= columns {
        true => vec![all],
        false => facts.wrap(columns).into_iter().chain(label.wrap(columns).into_iter().take(MOST_LABEL)).collect(),
    };
    let mut lines: Vec<(RowTone, SafeText)> =
        strong.into_iter().filter(|line| !line.is_empty()).map(|line| (RowTone::Strong, line)).collect();
    for (name, value) in [("before", &change.before), ("after ", &change.after)] {
        let value = if value.is_empty() { "nothing".into() } else { value.clone() };
        let wrapped = value.wrap(columns.saturating_sub(8));
        let named = |(at, line): (usize, SafeText)| {
            (RowTone::Plain, joined![if at == 0 { name } else { "      " }, "  ", line])
        };
        lines.extend(wrapped.into_iter().enumerate().map(named));
    }
    for part in &change.inside {
        if part.words().width() + 2 <= columns {
            lines.push((RowTone::Plain, joined!["  ", part.words()]));
            continue;
        }
        // Old and new below each other, where they do not fit beside each other.
        let side = |name: &'static str, value: &SafeText, other: &SafeText| {
            let value = value.fit_from_others(std::iter::once(other), columns.saturating_sub(6));
            (RowTone::Plain, joined!["    ", name, " ", value])
        };
        lines.push((RowTone::Plain, joined!["  ", part.path.fit_middle(columns.saturating_sub(2))]));
        lines.extend([side("-", &part.old, &part.new), side("+", &part.new, &part.old)]);
    }
    lines
}
