//! The Changes pane: the summary and the list of changes, groups folded.

use super::Sign;
use super::list::ListMove;
use super::summary::Summary;
use crate::diff::Diff;
use crate::value::{Path, Value};
use std::sync::Arc;

/// A piece of a changed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The piece, safe to print.
    pub text: String,
    /// Which side it is on.
    pub side: WordSide,
}

/// Which side a piece of text is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordSide {
    /// Both.
    Both,
    /// Only the old one: `[-draft-]`.
    Old,
    /// Only the new one: `{+final+}`.
    New,
}

/// One line of the pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLine {
    /// The sign in the first column; none on continuation lines.
    pub sign: Option<Sign>,
    /// The path, or `… 48 more under .sessions`; empty on continuation lines.
    pub path: String,
    /// What it was and is: `118.50 → 168.50 (+50)`, `{4}`, words of a string.
    pub words: Vec<Word>,
    /// Whether the cursor is on it.
    pub selected: bool,
}

/// The pane's model. Cheap to make; lines are made for the window only.
#[derive(Debug, Clone)]
pub struct Changes(());

impl Changes {
    /// Of a diff between these two values.
    pub fn new(diff: Arc<Diff>, left: &Value, right: &Value) -> Self {
        todo!()
    }
    /// What it comes to.
    pub fn summary(&self) -> &Summary {
        todo!()
    }
    /// Rows below the summary on the screen.
    pub fn resize(&mut self, height: usize) {
        todo!()
    }
    /// Moves the cursor.
    pub fn act(&mut self, step: ListMove) {
        todo!()
    }
    /// Opens the group under the cursor; whether there was one.
    pub fn open(&mut self) -> bool {
        todo!()
    }
    /// The path under the cursor (on the right; for what is gone, on the left).
    pub fn path(&self) -> Option<Path> {
        todo!()
    }
    /// `3 of 56`; empty without changes.
    pub fn position(&self) -> String {
        todo!()
    }
    /// The lines on the screen. O(height).
    pub fn lines(&self, width: usize, height: usize) -> Vec<ChangeLine> {
        todo!()
    }
}
