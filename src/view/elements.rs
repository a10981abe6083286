//! What names the elements of arrays, so that what is said of one stays with it wherever it stands.
//!
//! Must not name: `list`, `tree`.

use super::marks::Trail;
use super::outline::ElementName;
use crate::diff::{ArrayKey, DiffRules, name_in, repeated_names};
use crate::value::{Array, Step, Value};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Names that more than one element of an array has, looked up once for each array that is asked about.
#[derive(Debug, Default)]
pub struct RepeatedNames {
    repeated: RefCell<HashMap<Trail, Arc<HashSet<u64>>>>,
}

impl RepeatedNames {
    /// What names an element of the array at a trail: the field of its array, unless another element has the same there.
    /// O(log fields), and once O(elements).
    pub fn of(&self, (trail, array): (&[Step], &Array), element: &Value, keys: &DiffRules) -> Option<ElementName> {
        let Some(ArrayKey::Field(field)) = keys.of(trail) else { return None };
        let name = name_in(element, &field)?;
        let known = self.repeated.borrow().get(trail).cloned();
        let repeated = known.unwrap_or_else(|| {
            let found = Arc::new(repeated_names(array, &field));
            self.repeated.borrow_mut().insert(trail.to_vec(), Arc::clone(&found));
            found
        });
        let name = (!repeated.contains(&name.hash64())).then(|| name.to_json().into())?;
        Some(ElementName { field, name })
    }

    /// What names the element at a path into a value.
    pub fn at(&self, path: &[Step], value: &Value, keys: &DiffRules) -> Option<ElementName> {
        let (Step::Index(index), parent) = path.split_last()? else { return None };
        let array = parent.iter().try_fold(value, |value, step| value.child(step))?.as_array()?;
        self.of((parent, array), array.get(*index)?, keys)
    }
}
