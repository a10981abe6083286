//! Screens driven by keys.
