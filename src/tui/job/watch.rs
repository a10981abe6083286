//! What watched values were at some versions. Must not name: `app`, `pane`.

use super::Sampled;
use crate::Result;
use crate::recording::Tenant;
use crate::value::Path;
use crate::view::watch::sample;

/// By path, what its value was at the versions asked for.
pub type Samples = Vec<(Path, Vec<Option<f64>>)>;

/// The samples, or `None` when stopped, which is asked at every version. Costs a seek a version.
///
/// # Errors
/// When a version cannot be read.
pub fn samples(
    tenant: &Tenant,
    Sampled { paths, versions }: &Sampled,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Samples>> {
    let mut samples: Samples = paths.iter().map(|path| (path.clone(), Vec::with_capacity(versions.len()))).collect();
    for version in versions {
        if stop() {
            return Ok(None);
        }
        let state = tenant.value_at(*version)?;
        for (path, samples) in &mut samples {
            samples.push(sample(state.at(path)));
        }
    }
    Ok(Some(samples))
}
