//! The guard of a tenant: set by a setting or by a snapshot's tag, lifted by the setting only.

use super::History;
use crate::record::{Settings, guards};
use crate::value::Text;
use std::sync::Arc;

impl History {
    /// Whether moving a head or taking something away asks for the tenant's name.
    pub fn is_guarded(&self) -> bool {
        self.settings.guarded == Some(true)
    }

    /// Guards the tenant where a snapshot's tags do. Neither deleting that snapshot nor taking back its making lifts it.
    pub(super) fn guard_by(&mut self, tags: &[Text]) {
        if guards(tags) {
            Arc::make_mut(&mut self.settings).guarded = Some(true);
        }
    }

    /// Replaces the settings; answers those that would take this back: they say something of the guard only where `new`
    /// changed it, so that a guard set meanwhile stays.
    pub(super) fn configure(&mut self, new: Settings) -> Settings {
        let mut before = Settings::clone(&self.settings);
        let (asked, was) = (new.guarded, before.guarded.unwrap_or(false));
        self.settings = Arc::new(Settings { guarded: asked.or(before.guarded), ..new });
        before.guarded = asked.filter(|asked| *asked != was).map(|_| was);
        before
    }

    /// Whether replacing the settings by these would lift the guard.
    pub fn lifts_guard(&self, new: &Settings) -> bool {
        self.is_guarded() && new.guarded == Some(false)
    }
}
