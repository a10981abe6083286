//! Memory that nobody else holds: what is shared is copied before it is changed.

use super::Value;
use triomphe::{Arc, HeaderSliceWithLengthProtected, ThinArc};

/// What changes a part in place; whether it did. It leaves the part as it was where it did not.
pub(crate) type EditInPlace<'a> = dyn FnMut(&mut Value) -> bool + 'a;

/// Works on what a shared slice holds, after copying it where somebody else holds it too.
pub(super) fn unshared<H: Copy, T: Clone, R>(
    slice: &mut ThinArc<H, T>,
    work: impl FnOnce(&mut HeaderSliceWithLengthProtected<H, T>) -> R,
) -> Option<R> {
    if !slice.with_arc_mut(|own| Arc::get_mut(own).is_some()) {
        *slice = ThinArc::from_header_and_iter(slice.header.header, slice.slice.iter().cloned());
    }
    slice.with_arc_mut(|own| Arc::get_mut(own).map(work))
}
