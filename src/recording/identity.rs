//! What names the elements of arrays, settled by the first version in which an array has two objects.

use super::Tenant;
use crate::diff::{ArrayKey, ArrayKeys, Settled, Settler, Track};
use crate::error::Result;
use crate::record::{Settings, Version};
use crate::value::{Path, Value};
use std::sync::{Arc, PoisonError};

/// Versions in a row that cannot be read; then one search for what is not settled gives up. The next goes on behind them.
const UNREAD: u32 = 10_000;

/// How far the versions of a tenant were looked through.
#[derive(Default)]
pub(super) struct Settling {
    settler: Settler,
    next: Version,
}

impl Tenant {
    /// The choices completed for comparing two values, by what the recording keeps, then by what the history settled. Reads
    /// versions from the first on until those are settled, and goes on there the next time; asks `stop` at every one.
    pub fn array_keys(
        &self,
        chosen: &ArrayKeys,
        (left, right): (&Value, &Value),
        stop: &dyn Fn() -> bool,
    ) -> ArrayKeys {
        let unknown = |settler: &Settler| [settler.unknown(left, right), settler.unknown(right, left)].concat();
        let settled = self.settle(unknown, stop);
        chosen.on(&kept_array_keys(self.folded().settings()), &settled)
    }

    /// Follows the part at a path into the value of a version, by the choices and by what the history settled.
    ///
    /// # Errors
    /// When the version cannot be read.
    pub fn track(
        &self,
        path: &Path,
        version: Version,
        chosen: &ArrayKeys,
        stop: &dyn Fn() -> bool,
    ) -> Result<(Track, ArrayKeys)> {
        let value = self.value_at(version)?;
        let settled = self.settle(|settler| settler.unknown_along(path, &value), stop);
        let keys = chosen.on(&kept_array_keys(self.folded().settings()), &settled);
        Ok((Track::new(path, &value, &keys), keys))
    }

    fn settle(&self, wanted: impl Fn(&Settler) -> Vec<Path>, stop: &dyn Fn() -> bool) -> Arc<Settled> {
        let mut settling = self.shared.settling.lock().unwrap_or_else(PoisonError::into_inner);
        let Settling { settler, next } = &mut *settling;
        let mut wanted = wanted(settler);
        let mut unread = 0;
        while !wanted.is_empty() && !stop() && unread < UNREAD {
            let (first, newest) = {
                let history = self.folded();
                (history.first(), history.newest())
            };
            let version = first.max(*next);
            if version > newest {
                break;
            }
            match self.value_at(version) {
                Ok(value) => {
                    settler.take(&value);
                    unread = 0;
                }
                // What it held is not known, and settles nothing.
                Err(_) => unread += 1,
            }
            *next = Version(version.0 + 1);
            wanted.retain(|path| !settler.settled().contains_key(path));
        }
        Arc::clone(settler.settled())
    }
}

/// The choices that the settings of a tenant keep.
pub fn kept_array_keys(settings: &Settings) -> ArrayKeys {
    let mut keys = ArrayKeys::default();
    for (path, field) in &settings.array_keys {
        // Written for the arrays at a place: an index stands for all.
        if let Ok(path) = Path::parse(path, &Value::Null) {
            keys.choose(&path.0, Some(ArrayKey::Field(field.clone())));
        }
    }
    keys
}

/// Keeps in settings by what field the arrays at a place are matched; `None` takes that back.
#[cfg(feature = "tui")]
pub fn keep_array_key(settings: &mut Settings, path: &Path, field: Option<&crate::value::Text>) {
    let mut keys = kept_array_keys(settings);
    keys.choose(&path.0, field.cloned().map(ArrayKey::Field));
    let field = |key: &ArrayKey| if let ArrayKey::Field(field) = key { Some(field.clone()) } else { None };
    settings.array_keys = keys.iter().filter_map(|(path, key)| Some((path.to_string().into(), field(key)?))).collect();
}
