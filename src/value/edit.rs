//! Changes of a part in place, by its path. What is shared is copied on the way down, so no other value sees them.
//!
//! Must not name: `json`.

use super::own::EditInPlace;
use super::{Pointer, Text, Value};

impl Value {
    /// Hands the part at the end of `way` to `edit`, and counts what it weighs from then on; whether the part is there and
    /// was changed. O(log n) for each step, where nothing on the way is shared.
    pub(crate) fn edit_at(&mut self, way: &[Text], edit: &mut EditInPlace<'_>) -> bool {
        let Some((token, rest)) = way.split_first() else { return edit(self) };
        let mut inner = |child: &mut Self| child.edit_at(rest, edit);
        match self {
            Self::Object(object) => object.edit_child(token, &mut inner),
            Self::Array(array) => Pointer::index(token).is_some_and(|index| array.edit_child(index, &mut inner)),
            _ => false,
        }
    }

    /// As [`edit_at`](Self::edit_at), of a member of objects alone, or of an element of an array in them: on the way is no
    /// array. The part may be left as it is after all.
    pub(crate) fn edit_leaf(&mut self, way: &[Text], edit: &mut EditInPlace<'_>) -> bool {
        match (self, way) {
            (Self::Object(object), [token]) => object.edit_child(token, edit),
            (Self::Object(object), [token, rest @ ..]) => {
                object.edit_child(token, &mut |child| child.edit_leaf(rest, edit))
            }
            (Self::Array(array), [token]) => Pointer::index(token).is_some_and(|index| array.edit_child(index, edit)),
            _ => false,
        }
    }
}
