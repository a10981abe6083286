//! The screen: paints rows and turns keys into actions.

mod glyphs;
mod pane;
mod theme;
