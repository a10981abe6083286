//! Tenants side by side. The one under its cursor is the one that everything else is about.

use super::page::{Page, PageLayout, PagePlace, PageRoom, Panel};
use super::{ListView, ViewSpec};
use crate::record::Version;
use crate::tui::action::{Context, View};
use crate::tui::app::time::TimeDirection;
use crate::tui::app::{App, Session};
use crate::tui::frame_map::Heights;
use crate::view::Ends;
use crate::view::list::ListMove;
use crate::view::tenants::shown;
use crate::view::text::{SafeText, counted, joined};

/// The view.
pub(super) static SPEC: ViewSpec =
    ViewSpec { view: View("Tenants"), tab: "Tenants", contexts: &[Context::Tenants], list: Some(&TenantBoxes) };

struct TenantBoxes;

impl ListView for TenantBoxes {
    fn layout(&self, _session: &Session) -> PageLayout {
        PageLayout::Boxes
    }

    fn page<'a>(&self, app: &'a App, _session: &'a Session, room: &PageRoom) -> Page<'a> {
        let tenants = app.workspace.sessions.len();
        let hidden = tenants - shown(tenants, app.workspace.current, room.list.columns).len();
        let more = joined![" · ", counted(hidden, "tenant"), " not in view"];
        let more = if hidden == 0 { SafeText::default() } else { more };
        Page {
            panels: vec![(PagePlace::List, Panel::Tenants)],
            about: joined!["No tenant can name anything of another", more],
        }
    }

    fn fit(&self, _session: &mut Session, _heights: &Heights) {}

    fn act(&self, _session: &mut Session, _step: ListMove) {}

    fn ends(&self, _session: &Session) -> Option<Ends> {
        None
    }

    fn target(&self, session: &Session) -> Option<Version> {
        Some(session.cursor)
    }

    fn enter(&self, app: &mut App) {
        app.workspace.view = View::DEBUG;
    }

    fn beside(&self, app: &mut App, way: TimeDirection) {
        app.show_tenant_beside(way);
    }
}

impl App {
    /// Shows the tenant beside the one shown.
    pub(in crate::tui::app) fn show_tenant_beside(&mut self, way: TimeDirection) {
        let (current, last) = (self.workspace.current, self.workspace.sessions.len().saturating_sub(1));
        let next = match way {
            TimeDirection::Back => current.saturating_sub(1),
            TimeDirection::Forward => (current + 1).min(last),
        };
        match self.workspace.sessions.get(next).map(|session| session.id) {
            Some(id) if next != current => self.show_tenant(id),
            _ => self.messages.note("No more tenants on this side"),
        }
    }
}
