//! The painters: one file per pane, each reading rows and writing cells, nothing else.
//!
//! All texts they get are safe to print; none writes outside its area, however small that is.

pub mod changes;
pub mod curve;
pub mod diff;
pub mod header;
pub mod input;
pub mod layout;
pub mod line;
mod literal;
pub(super) mod pen;
pub mod snapshots;
pub mod table;
pub mod tenants;
pub mod text;
pub mod timeline;
pub mod transitions;
pub mod tree;
pub mod variants;

use super::look::Look;
use crate::view::text::{SafeText, joined, width};
use ratatui::layout::Rect;

/// Between the names of panes that share a place.
const BETWEEN_TABS: &str = " │ ";

/// Whether a pane has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// Keys go here: `[Title]`.
    Here,
    /// Keys go elsewhere.
    Elsewhere,
}

/// A pane's title: one name, or the tabs that share a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    /// `Changes  A #44,640 → B #48,213`: the name, and what stands after it.
    Name(&'static str, SafeText),
    /// `Snaps │ [State] │ Changes`: names, and which is shown.
    Tabs(&'static [&'static str], usize),
}

impl Title {
    /// Where the names of tabs are on the upper edge of a pane.
    pub fn places(&self, pane: Rect) -> Vec<Rect> {
        let Self::Tabs(names, shown) = self else { return Vec::new() };
        // Behind the corner, the edge and a blank.
        let mut start = pane.x + 3;
        let place = |(at, name): (usize, &&str)| {
            let columns = pen::cells(width(name) + if at == *shown { 2 } else { 0 });
            let place = Rect { x: start, y: pane.y, width: columns, height: 1 };
            start += columns + pen::cells(width(BETWEEN_TABS));
            place.intersection(pane)
        };
        names.iter().enumerate().map(place).collect()
    }

    /// The words of the title, the shown name in brackets where the keys go there (or it is one of several).
    fn words(&self, focus: Focus) -> SafeText {
        match self {
            Self::Name(name, rest) if rest.is_empty() => in_focus(*name, focus),
            Self::Name(name, rest) => joined![in_focus(*name, focus), " ", rest],
            Self::Tabs(names, shown) => {
                let tab = |(at, name): (usize, &&'static str)| match at == *shown {
                    true => joined!["[", *name, "]"],
                    false => (*name).into(),
                };
                SafeText::join(names.iter().enumerate().map(tab), BETWEEN_TABS)
            }
        }
    }
}

fn in_focus(name: impl Into<SafeText>, focus: Focus) -> SafeText {
    match focus {
        Focus::Here => joined!["[", name.into(), "]"],
        Focus::Elsewhere => name.into(),
    }
}
