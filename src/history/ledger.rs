//! What was written beside values: transactions, what was measured on variants, writes that can be taken back, settings.
//!
//! Must not name: values, `timeline`.

mod statistics;
pub(super) mod transactions;
pub(super) mod variants;
pub(super) mod writes;

use super::chunked::Chunked;
use crate::record::{Settings, guards};
use crate::value::Text;
use std::sync::Arc;
use transactions::Transactions;
use variants::{Measurement, Measurements};
use writes::Writes;

pub use statistics::{MetricTest, TestMethod};

/// What was written beside values: measurements, settings, and what can be taken back.
#[derive(Debug, Default, Clone)]
pub struct Ledger {
    pub(super) transactions: Transactions,
    pub(super) measurements: Measurements,
    pub(super) writes: Writes,
    pub(super) settings: Arc<Settings>,
}

impl Ledger {
    /// Everything that was measured, in order.
    pub fn measurements(&self) -> &Chunked<Measurement> {
        self.measurements.all()
    }

    /// How the tenant is kept.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

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
    pub(super) fn configure(&mut self, new: Settings) -> Arc<Settings> {
        let mut before = Settings::clone(&self.settings);
        let (asked, was) = (new.guarded, before.guarded.unwrap_or(false));
        self.settings = Arc::new(Settings { guarded: asked.or(before.guarded), ..new });
        before.guarded = asked.filter(|asked| *asked != was).map(|_| was);
        Arc::new(before)
    }

    /// Whether replacing the settings by these would lift the guard.
    pub fn lifts_guard(&self, new: &Settings) -> bool {
        self.is_guarded() && new.guarded == Some(false)
    }
}
