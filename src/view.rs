//! Plain rows made from a history, for the screen, `--json` and whatever comes later.
//!
//! Must not know: ratatui, crossterm, tokio, files.
