//! The diff of two values as aligned rows: the same row on both sides is the same path.
//!
//! Both trees are walked together; a one-sided row leaves a blank; runs of unchanged siblings fold.
//! Only the rows on the screen are made.

use super::Sign;
use super::changes::Word;
use super::tree::{TreeMove, Twist};
use crate::diff::Diff;
use crate::value::{Path, Value};
use std::sync::Arc;

/// One side of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// The sign in the first column: `-` left and `+` right for a changed leaf.
    pub sign: Option<Sign>,
    /// The key, or a fold's words.
    pub key: String,
    /// `{100}`, `[2] by sku`, or a scalar; words of a changed string with the other side's left out.
    pub value: Vec<Word>,
    /// `+50`, `+50 (+42.4%)`, `moved to .promo.code`, `unchanged`.
    pub note: String,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffRow {
    /// Where: on the right, or on the left for what is gone.
    pub path: Path,
    /// Steps from the root.
    pub depth: usize,
    /// Container or leaf.
    pub twist: Twist,
    /// The left side; `None` leaves a blank.
    pub left: Option<Side>,
    /// The right side.
    pub right: Option<Side>,
    /// The row as one side: `~ total 118.50 → 168.50 +50 (+42.4%)`.
    pub joined: Side,
    /// Whether the cursor is on it.
    pub selected: bool,
}

/// The diff's model.
#[derive(Debug, Clone)]
pub struct DiffTree(());

impl DiffTree {
    /// Of a diff between these two values; the cursor starts on the first difference.
    pub fn new(diff: Arc<Diff>, left: &Value, right: &Value) -> Self {
        todo!()
    }
    /// Shows another diff, keeping what is open and the cursor's path.
    pub fn show(&mut self, diff: Arc<Diff>, left: &Value, right: &Value) {
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
    /// To the next difference; whether there was one.
    pub fn next_difference(&mut self) -> bool {
        todo!()
    }
    /// To the previous difference; whether there was one.
    pub fn previous_difference(&mut self) -> bool {
        todo!()
    }
    /// Which difference the cursor is at or after, from 1, and how many there are.
    pub fn position(&self) -> (usize, usize) {
        todo!()
    }
    /// The path under the cursor: on the right, or on the left for what is gone.
    pub fn path(&self) -> Path {
        todo!()
    }
    /// How arrays were matched: `arrays matched by "sku" (auto)`; empty when none had to be.
    pub fn matching(&self) -> String {
        todo!()
    }
    /// Whether unchanged siblings are folded.
    pub fn folds(&self) -> bool {
        todo!()
    }
    /// The rows on the screen.
    pub fn rows(&self, height: usize) -> Vec<DiffRow> {
        todo!()
    }
}
