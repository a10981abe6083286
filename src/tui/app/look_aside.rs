//! Asks for what the views show beside the frame's own values.

use super::tasks::TaskKind;
use super::{App, Effect, View};
use crate::tui::job::{AsideQuestion, Job};
use std::sync::Arc;

impl App {
    /// Asks for the first thing that the view shows and that is not known. One at a time: what is no longer on the screen
    /// is not asked for.
    pub(super) fn fetch_aside(&mut self) -> Option<Effect> {
        let session = self.session_mut()?;
        let choices = session.choices();
        session.lists.asides.match_by(choices);
        let session = self.session()?;
        let asked = self.tasks.find(session.id, |kind| matches!(kind, TaskKind::Detail(_))).is_some();
        let ask = self.asides_wanted().into_iter().find(|ask| !asked && !session.lists.asides.knows(*ask))?;
        let (id, tenant, keys) = (session.id, session.tenant.clone(), Arc::clone(&session.array_keys));
        Some(self.begin(id, Job::Aside { tenant, ask, keys }))
    }

    fn asides_wanted(&self) -> Vec<AsideQuestion> {
        let Some(session) = self.session() else { return Vec::new() };
        match self.list_view() {
            Some(list) => list.wanted(session, &self.map.heights),
            None if self.workspace.view == View::DIFF => vec![AsideQuestion::Sharing(session.ends())],
            None => Vec::new(),
        }
    }
}
