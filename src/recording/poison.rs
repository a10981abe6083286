//! A panic while a history is folded: it ends the use of that tenant's handle, not the process.
//!
//! Must not name: `log`, clocks.

use crate::error::{Error, Result};
use crate::history::{Budget, History};
use crate::record::TenantId;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

/// What a fold panicked with, once it has.
#[derive(Debug, Default)]
pub(super) struct Poison(OnceLock<String>);

impl Poison {
    /// Changes a history. Where that panics, the history is left empty, as it may be half changed, and nothing is done from
    /// then on.
    ///
    /// # Errors
    /// Those of `change`; `Poisoned`.
    pub fn changing<T>(
        &self,
        history: &mut History,
        budget: &Budget,
        change: impl FnOnce(&mut History) -> Result<T>,
    ) -> Result<T> {
        let tenant = history.tenant().clone();
        self.sound(&tenant)?;
        catch_unwind(AssertUnwindSafe(|| change(history))).unwrap_or_else(|panic| {
            let why = words(panic.as_ref());
            *history = History::unusable(tenant.clone(), budget.clone(), &why);
            let why = self.0.get_or_init(|| why);
            Err(poisoned(&tenant, why))
        })
    }

    /// # Errors
    /// `Poisoned` once a change of the tenant's history has panicked.
    pub fn sound(&self, tenant: &TenantId) -> Result<()> {
        self.0.get().map_or(Ok(()), |why| Err(poisoned(tenant, why)))
    }
}

fn poisoned(tenant: &TenantId, why: &str) -> Error {
    Error::Poisoned { tenant: tenant.to_string(), why: why.to_owned() }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "an unknown reason".to_owned())
}
