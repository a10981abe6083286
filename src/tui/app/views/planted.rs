//! A list that only tests have, to show what one takes: this file, and its line in `VIEWS`.

use super::page::{FactLines, Page, PageLayout, PagePlace, PageRoom, Panel};
use super::{ListView, ViewSpec};
use crate::tui::action::View;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::view::Ends;
use crate::view::list::ListMove;
use crate::view::table::{RowTone, Table, TableColumn, TableRow, numbers, words};
use crate::view::text::number;

pub(super) static SPEC: ViewSpec =
    ViewSpec { view: View("Planted"), tab: "Planted", contexts: &[], list: Some(&EveryVersion) };

/// Every version of the history, newest last.
struct EveryVersion;

const COLUMNS: [TableColumn; 2] = [numbers("version", 0), words("label", 1)];

impl ListView for EveryVersion {
    fn layout(&self, session: &Session) -> PageLayout {
        PageLayout::List(len(session))
    }

    fn page<'a>(&self, _app: &'a App, session: &'a Session, room: &PageRoom) -> Page<'a> {
        let (cursor, history) = (&session.lists.branches, session.history());
        let rows = cursor.window(len(session), room.list.rows).map(|at| {
            let version = crate::record::Version(at as u64 + 1);
            let label = history.info(version).map(|info| (&info.label).into()).unwrap_or_default();
            let selected = cursor.selected(len(session)) == Some(at);
            TableRow { cells: vec![number(version).into(), label], selected, ..TableRow::default() }
        });
        let table = Table { columns: &COLUMNS, rows: rows.collect(), ..Table::default() };
        let lines = vec![(RowTone::Plain, "a line of the planted view".into())];
        let detail = FactLines { title: "Planted".into(), lines, ..FactLines::default() };
        let panels =
            vec![(PagePlace::List, Panel::rows("[Every version]", table)), (PagePlace::Detail, Panel::Facts(detail))];
        Page { panels, about: "planted by a test".into() }
    }

    fn fit(&self, session: &mut Session, heights: &Heights) {
        session.lists.branches.resize(heights.list);
    }

    fn act(&self, session: &mut Session, step: ListMove) {
        let len = len(session);
        session.lists.branches.act(step, len);
    }

    fn ends(&self, session: &Session) -> Option<Ends> {
        let at = session.lists.branches.selected(len(session))?;
        let b = crate::record::Version(at as u64 + 1);
        Some(Ends { a: session.before(b), b })
    }
}

fn len(session: &Session) -> usize {
    usize::try_from(session.history().newest().0).unwrap_or(usize::MAX)
}
