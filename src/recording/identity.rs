//! What names the elements of arrays, settled by the first version in which an array has two objects.

use super::Tenant;
use super::settling::Settling;
use crate::diff::{ArrayKey, DiffRules, IgnoredPaths, Settled, Settler, Track, place};
use crate::error::Result;
use crate::index::PathIndex;
use crate::record::{Settings, Version};
use crate::value::{Path, Text, Value};
use std::collections::BTreeSet;
use std::sync::{Arc, MutexGuard, PoisonError};

/// Versions that are looked through before others that look for something have their turn.
const TURN: usize = 64;

impl Tenant {
    /// The choices completed for comparing two values, by what the recording keeps, then by what the history settled for the
    /// arrays with two objects in either of them. Where they differ, or on the ways `along` which somebody goes, other arrays
    /// are matched by what the two hold: so the answer is the same whatever was asked before. Reads versions from the first
    /// on until those arrays are settled, and goes on there the next time; asks `stop` at every one.
    pub fn array_keys(
        &self,
        chosen: &DiffRules,
        (left, right): (&Value, &Value),
        along: &[Path],
        stop: &dyn Fn() -> bool,
    ) -> DiffRules {
        let places = Settler::between(left, right, along);
        let mut settled = self.settle(&places.named, stop);
        if places.lone.iter().any(|place| settled.contains_key(place)) {
            Arc::make_mut(&mut settled).retain(|place, _| !places.lone.contains(place));
        }
        chosen.on(&kept_array_keys(self.folded().ledger().settings()), &settled)
    }

    /// Follows the part at a path into the value of a version, by the choices and by what the history settled for the arrays
    /// along the path.
    ///
    /// # Errors
    /// When the version cannot be read.
    pub fn track(
        &self,
        path: &Path,
        version: Version,
        chosen: &DiffRules,
        stop: &dyn Fn() -> bool,
    ) -> Result<(Track, DiffRules)> {
        let value = self.value_at(version)?;
        let places = Settler::along(path);
        let mut settled = (*self.settle(&places, stop)).clone();
        settled.retain(|place, _| places.contains(place));
        let keys = chosen.on(&kept_array_keys(self.folded().ledger().settings()), &Arc::new(settled));
        Ok((Track::new(path, &value, &keys), keys))
    }

    /// Looks through versions until these places are settled. Others may look for something meanwhile: the lock is held for
    /// a few versions at a time.
    fn settle(&self, places: &BTreeSet<Path>, stop: &dyn Fn() -> bool) -> Arc<Settled> {
        loop {
            let mut settling = self.settling();
            for _ in 0..TURN {
                let settled = settling.settler.settled();
                let is_done = places.iter().all(|place| settled.contains_key(place));
                if is_done || stop() || !self.settle_next(&mut settling) {
                    return Arc::clone(settling.settler.settled());
                }
            }
        }
    }

    /// Takes over what an index of the versions up to its newest settled.
    pub(super) fn adopt_settled(&self, index: &PathIndex) {
        if let Some(newest) = index.newest() {
            let mut settling = self.settling();
            settling.adopt(index.settler(), newest, &self.folded());
        }
    }

    fn settling(&self) -> MutexGuard<'_, Settling> {
        let mut settling = self.shared.settling.lock().unwrap_or_else(PoisonError::into_inner);
        settling.follow(&self.folded());
        settling
    }

    /// Looks through one more version; whether there was one.
    fn settle_next(&self, settling: &mut Settling) -> bool {
        let history = self.folded();
        let Some(version) = settling.next_of(&history) else { return false };
        match self.value_at(version) {
            Ok(value) => {
                settling.settler.take(&value);
                settling.unread = 0;
            }
            // What it held is not known, and settles nothing.
            Err(_) => settling.unread += 1,
        }
        settling.passed(version, &history);
        true
    }
}

impl Tenant {
    /// What versions before one settled and the versions from it on would not settle alike. O(versions before it).
    pub(super) fn settled_before(&self, before: Version) -> Vec<(Path, ArrayKey)> {
        while self.settling_reached() < before && self.settle_some() {}
        let mut fresh = Settler::default();
        self.value_at(before).iter().for_each(|value| fresh.take(value));
        let settling = self.settling();
        let differing =
            settling.settler.settled().iter().filter(|(place, field)| fresh.settled().get(place) != Some(field));
        let key = |field: &Option<Text>| field.clone().map_or(ArrayKey::Content, ArrayKey::Field);
        differing.map(|(place, field)| (place.clone(), key(field))).collect()
    }

    fn settling_reached(&self) -> Version {
        self.settling().next
    }

    fn settle_some(&self) -> bool {
        let mut settling = self.settling();
        (0..TURN).all(|_| self.settle_next(&mut settling))
    }
}

/// Keeps in settings what was settled, but where somebody chose.
pub(super) fn keep_settled(settings: &mut Settings, settled: &[(Path, ArrayKey)]) {
    let chosen = kept_array_keys(settings);
    for (place, key) in settled.iter().filter(|(place, _)| chosen.chosen(&place.0).is_none()) {
        settings.array_keys.insert(place.to_string().into(), key.clone());
    }
}

/// The choices that the settings of a tenant keep, and the paths that they leave out.
pub fn kept_array_keys(settings: &Settings) -> DiffRules {
    let mut keys = DiffRules::default();
    for (path, key) in &settings.array_keys {
        if let Ok(path) = read_place(path) {
            keys.choose(&path.0, Some(key.clone()));
        }
    }
    // One that cannot be read covers nothing.
    settings.ignored_paths.iter().for_each(|pattern| drop(keys.ignore(pattern)));
    keys
}

/// Written for the arrays at a place: an index stands for all.
fn read_place(path: &str) -> Result<Path> {
    Path::parse(path, &Value::Null)
}

/// What is wrong with the choices that settings keep, a sentence each: those whose path cannot be read match nothing, and
/// leave nothing out.
pub fn unread_array_keys(settings: &Settings) -> Vec<String> {
    let unread = |path: &Text| {
        let error = read_place(path).err()?;
        Some(format!("the array key that the recording keeps for \"{}\" is not used: {error}", path.escape_debug()))
    };
    let unread_pattern = |pattern: &Text| {
        let why = IgnoredPaths::default().add(pattern).err()?;
        Some(format!("a path that the recording keeps to be ignored is not used: {why}"))
    };
    let patterns = settings.ignored_paths.iter().filter_map(unread_pattern);
    settings.array_keys.keys().filter_map(unread).chain(patterns).collect()
}

/// Keeps in settings by what the arrays at a place are matched; `None` takes that back. What else is kept stays as it is.
pub fn keep_array_key(settings: &mut Settings, array: &Path, key: Option<ArrayKey>) {
    let place = place(&array.0);
    settings.array_keys.retain(|path, _| read_place(path).map_or(true, |path| self::place(&path.0) != place));
    settings.array_keys.extend(key.map(|key| (Text::from(place.to_string()), key)));
}
