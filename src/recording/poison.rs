//! A panic while a history is folded: it ends the use of that tenant's handle, not the process.
//!
//! Must not name: `log`, clocks.

use super::tenant::Shared;
use crate::error::{Error, Result};
use crate::history::History;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

/// What a fold panicked with, once it has.
#[derive(Debug, Default)]
pub(super) struct Poison(OnceLock<String>);

impl Shared {
    /// Changes a history. Where that panics, the history is left empty, as it may be half changed, and every later call
    /// that can fail does.
    ///
    /// # Errors
    /// Those of `change`; `Poisoned`.
    pub fn changing<T>(&self, history: &mut History, change: impl FnOnce(&mut History) -> Result<T>) -> Result<T> {
        self.sound()?;
        catch_unwind(AssertUnwindSafe(|| change(history))).unwrap_or_else(|panic| {
            let why = words(panic.as_ref());
            *history = History::unusable(self.id.clone(), self.budget.clone(), &why);
            let _known_already = self.poison.0.set(why);
            self.sound().and_then(|()| Err(self.poisoned("an unknown reason")))
        })
    }

    /// # Errors
    /// `Poisoned` once a fold has panicked.
    pub fn sound(&self) -> Result<()> {
        self.poison.0.get().map_or(Ok(()), |why| Err(self.poisoned(why)))
    }

    fn poisoned(&self, why: &str) -> Error {
        Error::Poisoned { tenant: self.id.to_string(), why: why.to_owned() }
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "an unknown reason".to_owned())
}
