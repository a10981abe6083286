//! What is odd about a text, though it is taken.

/// What is odd about a text that is taken all the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Remark {
    /// A key occurs more than once, and the last counts, as everywhere in JSON; or a time stands under an unknown name.
    Noted(String),
    /// The time, as JSON text, is in no known form.
    Timeless(String),
}
