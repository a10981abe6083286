//! What names the elements of arrays, settled by the first version in which an array has two objects.

use super::Tenant;
use crate::diff::{ArrayKey, DiffRules, IgnoredPaths, Settled, Track, place};
use crate::error::Result;
use crate::escape::in_quotes;
use crate::record::{Settings, Version};
use crate::value::{Path, Text, Value};

impl Tenant {
    /// The choices completed by what the recording keeps, then by what its versions settled: what every comparison of two of
    /// its values goes by. O(choices).
    pub fn diff_rules(&self, chosen: &DiffRules) -> DiffRules {
        let history = self.folded();
        chosen.on(&kept_array_keys(history.ledger().settings()), history.array_names().settled())
    }

    /// Follows the part at a path into the value of a version, by the choices and by what the history settled for the arrays
    /// along the path.
    ///
    /// # Errors
    /// When the version cannot be read.
    pub fn track(&self, path: &Path, version: Version, chosen: &DiffRules) -> Result<(Track, DiffRules)> {
        let keys = self.diff_rules(chosen);
        Ok((Track::new(path, &self.value_at(version)?, &keys), keys))
    }

    /// What versions before one settled and what stands for them does not settle alike.
    /// O(arrays settled).
    pub(super) fn settled_before(&self, before: Version, again: &Settled) -> Vec<(Path, ArrayKey)> {
        let history = self.folded();
        let differing = history
            .array_names()
            .before(before)
            .filter(|(place, field)| again.get(*place).map(Option::as_ref) != Some(*field));
        let key = |field: Option<&Text>| field.cloned().map_or(ArrayKey::Content, ArrayKey::Field);
        differing.map(|(place, field)| (place.clone(), key(field))).collect()
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
        Some(format!("the array key that the recording keeps for {} is not used: {error}", in_quotes(path)))
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
