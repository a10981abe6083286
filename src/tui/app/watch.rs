//! Watched paths: kept by session, sampled over the timeline's window on a thread.

use super::{App, Effect, Session, View};
use crate::Result;
use crate::record::Version;
use crate::tui::draw::strip;
use crate::tui::job::{Cancel, Job, Samples};
use crate::value::Path;
use crate::view::path::printed;
use crate::view::watch::{MOST, Watch, sampled};

/// What was last asked for: not asked for again while it stays the same.
#[derive(Debug, Clone, Default)]
pub struct Sampling {
    paths: Vec<Path>,
    versions: Vec<Version>,
    cancel: Cancel,
}

impl App {
    /// Watches a path, or no longer; without one, the path under the cursor.
    pub(super) fn watch(&mut self, text: &str) {
        let Some(session) = self.session_mut() else { return };
        let under = || Ok(session.tree.path());
        let path = match if text.is_empty() { under() } else { Path::parse(text, session.shown.value()) } {
            Ok(path) => path,
            Err(error) => return self.messages.failure(error.to_string()),
        };
        let said = session.toggle_watch(path);
        self.messages.note(said);
    }

    /// Samples what is watched, where what is to be sampled has changed. Not while reading: the window would run away.
    pub(super) fn sample_watches(&mut self) -> Option<Effect> {
        let index = self.current;
        let idle = self.session()?.watches.is_empty() && self.session()?.sampling.paths.is_empty();
        if idle || self.load.is_running() || self.view != View::Debug {
            return None;
        }
        let newest = self.session()?.history().newest().0;
        let span = strip(self).map_or(1..newest + 1, |(timeline, _)| timeline.span);
        let session = self.session_mut()?;
        let paths: Vec<Path> = session.watches.iter().map(|watch| watch.path.clone()).collect();
        let versions = sampled(&span);
        if session.sampling.paths == paths && session.sampling.versions == versions {
            return None;
        }
        session.sampling.cancel.cancel();
        let cancel = Cancel::default();
        session.sampling = Sampling { paths: paths.clone(), versions: versions.clone(), cancel: cancel.clone() };
        Some(Effect::Start(Job::Watch { session: index, tenant: session.tenant.clone(), paths, versions, cancel }))
    }

    pub(super) fn take_samples(&mut self, index: usize, samples: Result<Samples>) {
        let Some(session) = self.sessions.get_mut(index) else { return };
        match samples {
            Ok(samples) => {
                for (path, samples) in samples {
                    let of_path = session.watches.iter_mut().find(|watch| watch.path == path);
                    of_path.into_iter().for_each(|watch| watch.samples.clone_from(&samples));
                }
            }
            Err(error) => self.messages.failure(error.to_string()),
        }
    }
}

impl Session {
    fn toggle_watch(&mut self, path: Path) -> String {
        let name = printed(&path);
        match self.watches.iter().position(|watch| watch.path == path) {
            Some(at) => {
                self.watches.remove(at);
                format!("{name} is watched no longer")
            }
            None if self.watches.len() >= MOST => format!("{MOST} paths are watched already: W on one of them ends it"),
            None => {
                self.watches.push(Watch::new(path));
                format!("Watching {name}; W there again ends it")
            }
        }
    }
}
