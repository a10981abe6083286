//! What watched values were at some versions: each followed from the version it was watched at first. Must not name: `app`,
//! `pane`.

use super::{Sampled, Sought};
use crate::Result;
use crate::diff::{DiffRules, Differ};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Value};
use crate::view::watch::sample;

/// By path and the version it was watched at first, what its value was at the versions asked for.
pub type Samples = Vec<((Path, Version), Vec<Option<f64>>)>;

/// The samples, or `None` when stopped, which is asked at every version. Costs a seek a version.
///
/// # Errors
/// When a version cannot be read.
pub fn samples(
    tenant: &Tenant,
    sampled: &Sampled,
    chosen: &DiffRules,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Samples>> {
    let origins = sampled.paths.iter().map(|(_, from)| tenant.value_at(*from)).collect::<Result<Vec<Value>>>()?;
    let mut samples: Samples = sampled.paths.iter().map(|watched| (watched.clone(), Vec::new())).collect();
    for version in &sampled.versions {
        if stop() {
            return Ok(None);
        }
        let state = tenant.value_at(*version)?;
        for (origin, ((path, from), samples)) in origins.iter().zip(&mut samples) {
            let keys = tenant.array_keys(chosen, (origin, &state), std::slice::from_ref(path), stop);
            let sought = Sought { path: path.clone(), from: *from, to: *version };
            let here = match sought.find((origin, &state), Differ::by(&keys), &keys) {
                Some(found) => found.here,
                None => Some(path.clone()),
            };
            samples.push(sample(here.and_then(|here| state.at(&here))));
        }
    }
    Ok(Some(samples))
}
