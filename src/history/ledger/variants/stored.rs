//! What was measured, as bytes.

use super::{Measurement, Measurements};
use crate::bytes::binary_struct;
use crate::record::Version;

binary_struct!(Measurement { of, version, at, by, metrics });
binary_struct!(Measurements { all, promoted });

impl Measurements {
    /// Whether promotions made versions up to this one. Figures may be said to be of any version.
    pub fn are_within(&self, newest: Version) -> bool {
        self.promoted.iter().all(|(_, version)| *version <= newest)
    }
}
