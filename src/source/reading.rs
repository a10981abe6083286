//! How a source is read that could be more than one thing, as somebody has chosen.

use super::Options;
use crate::recipe::Mapping;

/// What a source is taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A format, by its name.
    Format(String),
    /// Events, which the recipe of this name makes states of.
    Recipe(String),
}

impl Reading {
    /// The options, with it.
    pub fn with(&self, options: Options) -> Options {
        match self {
            Self::Format(name) => Options { format: Some(name.clone()), ..options },
            Self::Recipe(name) => {
                let mapping = Mapping { recipe: Some(name.clone()), ..(*options.mapping).clone() };
                Options { mapping: Box::new(mapping), ..options }
            }
        }
    }
}
