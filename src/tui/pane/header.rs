//! Paints the header line: views, place in time, access.

use super::Look;
use ratatui::{buffer::Buffer, layout::Rect};

/// What the header says. Texts are safe to print.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// Names of the views, `1` on: `Debug`, `Diff`, `Snaps`.
    pub views: Vec<String>,
    /// Which view is shown, from 0.
    pub view: usize,
    /// The tenant.
    pub tenant: String,
    /// The branch.
    pub branch: String,
    /// `#48,213/1,204,377`.
    pub place: String,
    /// `09:41:07.382Z`; empty when unknown.
    pub time: String,
    /// `RW`, `RO`.
    pub access: String,
}

/// Paints the header.
pub fn paint(header: &Header, look: &Look, area: Rect, buf: &mut Buffer) {
    todo!()
}
