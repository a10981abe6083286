//! Text that is safe and short enough for a screen: visible escapes, widths, numbers, sizes, times.
//!
//! The one spelling of an escape is `\u{1b}`: the code point in lower-case hexadecimal; only line feed, carriage return
//! and tab have short forms (`\n`, `\r`, `\t`). In literals a backslash of the data is doubled, so nothing looks alike.

use crate::record::{Time, Version};
use std::borrow::Cow;

/// The text with everything a terminal would hide or obey shown as an escape. For labels, names, authors, errors.
pub fn visible(text: &str) -> Cow<'_, str> {
    todo!()
}
/// The text as a JSON string literal that is safe to print; different texts give different literals.
pub fn literal(text: &str) -> String {
    todo!()
}
/// An object's key: as it is when nothing about it could mislead, otherwise as a [`literal`].
pub fn key(text: &str) -> Cow<'_, str> {
    todo!()
}
/// Columns the text takes in a terminal.
pub fn width(text: &str) -> usize {
    todo!()
}
/// The text cut to at most `columns`, with `…` at its end when something is missing.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    todo!()
}
/// `1,204,377`.
pub fn thousands(number: u64) -> String {
    todo!()
}
/// `#48,213`.
pub fn number(version: Version) -> String {
    todo!()
}
/// `0 B`, `999 B`, `3.0 KB`, `88 KB`, `2.1 MB` (powers of 1,000).
pub fn size(bytes: u64) -> String {
    todo!()
}
/// `09:41:07.382Z`.
pub fn time_of_day(at: Time) -> String {
    todo!()
}
/// `2026-03-14 09:41:05Z`.
pub fn date_time(at: Time) -> String {
    todo!()
}
/// A time since the one before: `+0.4ms`, `+12ms`, `+3.2s`, `+1h21`; `-` in front when it went back.
pub fn since(earlier: Time, later: Time) -> String {
    todo!()
}
/// A length of time: `0.4ms`, `12ms`, `3.2s`, `4m07`, `1h21`, `3d4h`.
pub fn duration(length: chrono::Duration) -> String {
    todo!()
}
