//! The state tree: rows of a value, only those on the screen, with the changes against A in the right gutter.
//!
//! Expansion is remembered by path and survives steps in time; the cursor stays on its path, or on the nearest ancestor
//! that exists. A frame costs O(height + depth * log n) however large the value.

use super::Sign;
use crate::diff::Diff;
use crate::value::{Path, Value};

/// A move in a tree, shared by the state tree and the diff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TreeMove {
    /// Rows down (`j`).
    Down(usize),
    /// Rows up (`k`).
    Up(usize),
    /// A page down.
    PageDown,
    /// A page up.
    PageUp,
    /// Half a page down.
    HalfDown,
    /// Half a page up.
    HalfUp,
    /// The first row (`gg`).
    First,
    /// The last row (`G`).
    Last,
    /// The next sibling (`J`); after the last one, the parent's.
    NextSibling,
    /// The previous sibling (`K`); before the first one, the parent.
    PreviousSibling,
    /// Opens, or goes to the first child (`l`); shows what a fold hides.
    In,
    /// Closes, or goes to the parent (`h`).
    Out,
    /// Opens or closes (`Enter`, click).
    Toggle,
    /// Opens this container or fold (`zo`).
    Open,
    /// Closes this container (`zc`).
    Close,
    /// Opens everything below (`L`).
    OpenBelow,
    /// Closes everything below (`H`).
    CloseBelow,
    /// Opens everything (`zR`).
    OpenAll,
    /// Closes everything but the root (`zM`).
    CloseAll,
    /// Opens this many levels (`z1` to `z9`).
    Level(u8),
    /// Shows or folds unchanged siblings (`zu`).
    Unchanged,
    /// Cursor row to the middle of the screen (`zz`).
    Centre,
    /// Cursor row to the top of the screen (`zt`).
    ToTop,
    /// Cursor row to the bottom of the screen (`zb`).
    ToBottom,
    /// Scrolls the view down, the cursor only as far as it must.
    ScrollDown(usize),
    /// Scrolls the view up.
    ScrollUp(usize),
    /// To the row on this line of the screen (mouse), 0 = top.
    Line(usize),
}

/// The sign of an open or closed container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    /// `▾`
    Open,
    /// `▸`
    Closed,
    /// A scalar.
    Leaf,
    /// A run of folded siblings: `… 98 unchanged`.
    Fold,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow {
    /// Where; for a fold, the first sibling it hides.
    pub path: Path,
    /// Steps from the root.
    pub depth: usize,
    /// Container or leaf.
    pub twist: Twist,
    /// The key; for an element its index, or its key field's value; for a fold its words.
    pub key: String,
    /// `{5}`, `[2] by sku`, or a scalar as a literal.
    pub value: String,
    /// What a closed container begins with.
    pub preview: String,
    /// Size of the root, delta of a changed number or size.
    pub note: String,
    /// What changed at or below it.
    pub sign: Option<Sign>,
    /// Whether the cursor is on it.
    pub selected: bool,
}

/// What one call of a search came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The cursor is on a hit.
    Hit,
    /// Not yet: call again to go on, or drop it.
    More,
    /// The whole value has been searched.
    Nothing,
}

/// Which way a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// Downwards, from the top after the end.
    Next,
    /// Upwards.
    Previous,
}

/// The tree's model.
#[derive(Debug, Clone, Default)]
pub struct Tree(());

impl Tree {
    /// Shows another value (a step in time), with the changes from `left` to it.
    pub fn show(&mut self, left: &Value, right: &Value, diff: &Diff) {
        todo!()
    }
    /// Rows on the screen.
    pub fn resize(&mut self, height: usize) {
        todo!()
    }
    /// Moves the cursor, opens and closes.
    pub fn act(&mut self, step: TreeMove) {
        todo!()
    }
    /// The path under the cursor.
    pub fn path(&self) -> &Path {
        todo!()
    }
    /// The value under the cursor.
    pub fn value(&self) -> &Value {
        todo!()
    }
    /// Puts the cursor on a path (or its nearest existing ancestor) and opens the way to it.
    pub fn go_to(&mut self, path: &Path) {
        todo!()
    }
    /// Starts a search for `text` in keys and values (case matters only when it has capitals); empty ends it.
    pub fn search(&mut self, text: &str) {
        todo!()
    }
    /// Goes on to a hit, looking at no more than `budget` nodes in this call.
    pub fn find(&mut self, towards: Towards, budget: usize) -> Found {
        todo!()
    }
    /// The text searched for, while a search is on.
    pub fn searching(&self) -> Option<&str> {
        todo!()
    }
    /// The rows on the screen.
    pub fn rows(&self, height: usize) -> Vec<TreeRow> {
        todo!()
    }
}
