//! The glyph sets: what each sign looks like in blocks and in ASCII.

/// The signs of the screen. Every one is one cell wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glyphs(());

impl Glyphs {
    /// Block elements and box lines.
    pub const BLOCKS: Self = Self(());
    /// Nothing above byte 127.
    pub const ASCII: Self = Self(());
}
