//! Changes in memory that nobody else holds. What is shared is copied on the way down, so no other value sees them.
//!
//! Must not name: `json`.

use super::{Pointer, Text, Value};
use triomphe::{Arc, HeaderSliceWithLengthProtected, ThinArc};

/// What changes a part in place; whether it did. It leaves the part as it was where it did not.
pub(crate) type Edit<'a> = dyn FnMut(&mut Value) -> bool + 'a;

impl Value {
    /// Hands the part at the end of `way` to `edit`, and counts what it weighs from then on; whether the part is there and
    /// was changed. O(log n) for each step, where nothing on the way is shared.
    pub(crate) fn edit_at(&mut self, way: &[Text], edit: &mut Edit<'_>) -> bool {
        let Some((token, rest)) = way.split_first() else { return edit(self) };
        let mut inner = |child: &mut Self| child.edit_at(rest, edit);
        match self {
            Self::Object(object) => object.edit_child(token, &mut inner),
            Self::Array(array) => Pointer::index(token).is_some_and(|index| array.edit_child(index, &mut inner)),
            _ => false,
        }
    }
}

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
