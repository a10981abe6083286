//! Watched paths: kept by session, sampled over the timeline's window on a thread.

use super::tasks::Kind;
use super::{App, Effect, Session, View};
use crate::Result;
use crate::tui::job::{Job, Sampled, Samples};
use crate::tui::owner::SessionId;
use crate::value::Path;
use crate::view::text::data;
use crate::view::watch::{MOST, Watch, sampled};
use std::sync::Arc;

impl App {
    /// Watches a path, or no longer; without one, the path under the cursor.
    pub(super) fn watch(&mut self, text: &str) {
        let Some(session) = self.session_mut() else { return };
        let under = || Ok(session.tree.path());
        let path = match if text.is_empty() { under() } else { Path::parse(text, session.shown.value()) } {
            Ok(path) => path,
            Err(error) => return self.messages.failure(error.to_string()),
        };
        if session.leads_inside(&path) {
            let why = "JSON inside of a string cannot be watched: pin it with `lane EXPR`; yq copies its filter";
            return self.messages.failure(why);
        }
        let said = session.toggle_watch(path);
        self.messages.note(said);
    }

    /// Samples what is watched, where what is to be sampled has changed. Not while reading: the window would run away.
    pub(super) fn sample_watches(&mut self) -> Option<Effect> {
        let session = self.session()?;
        let idle = session.watches.is_empty() && session.sampled.paths.is_empty();
        if idle || self.workspace.is_loading() || self.workspace.view != View::Debug {
            return None;
        }
        let newest = session.history().newest().0;
        let span = self.window().unwrap_or(1..newest + 1);
        let paths = session.watches.iter().map(|watch| (watch.path.clone(), watch.from)).collect();
        let sampled = Arc::new(Sampled { paths, versions: sampled(&span), choices: session.choices() });
        let asked = self.tasks.find(session.id, |kind| matches!(kind, Kind::Sample(_)));
        let last = asked
            .map_or(&session.sampled, |task| if let Kind::Sample(of) = &task.kind { of } else { &session.sampled });
        if *last == sampled {
            return None;
        }
        let (id, tenant, keys) = (session.id, session.tenant.clone(), Arc::clone(&session.array_keys));
        self.tasks.drop_kind(id, |kind| matches!(kind, Kind::Sample(_)));
        Some(self.begin(id, Job::Watch { tenant, sampled, keys }))
    }

    pub(super) fn take_samples(&mut self, id: SessionId, of: Arc<Sampled>, samples: Result<Samples>) {
        let Some(session) = self.workspace.of_mut(id) else { return };
        session.sampled = of;
        match samples {
            Ok(samples) => {
                for ((path, from), samples) in samples {
                    let is_it = |watch: &&mut Watch| watch.path == path && watch.from == from;
                    let of_path = session.watches.iter_mut().find(is_it);
                    of_path.into_iter().for_each(|watch| watch.samples.clone_from(&samples));
                }
            }
            Err(error) => self.fail_for(id, &error.to_string()),
        }
    }
}

impl Session {
    fn toggle_watch(&mut self, path: Path) -> String {
        let compared = &self.shown.state.compared;
        let name = compared.keys.words(&path, &compared.right);
        match self.watches.iter().position(|watch| watch.here.as_ref() == Some(&path)) {
            Some(at) => {
                self.watches.remove(at);
                format!("No longer watching {}", data(&name))
            }
            None if self.watches.len() >= MOST => format!("Already watching {MOST} paths: W on one of them stops it"),
            None => {
                self.watches.push(Watch::new(path, self.shown.versions.cursor, name.clone().into()));
                format!("Watching {} (W again to stop)", data(&name))
            }
        }
    }
}
