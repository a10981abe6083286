//! The answer to a moment that was named by its relation to others, in words.

use super::clock::date_time_exact;
use super::text::{counted, number, visible};
use crate::history::{Moment, Target};

/// `latest is #3, 2026-10-09 14:00:00Z; 2 versions follow it`, `@12:30 (2026-10-09 12:30:00Z) is #1, 2026-10-09
/// 12:00:00Z`.
pub fn words(moment: &Moment) -> String {
    let Moment { target, version, at, meant, followed_by, .. } = moment;
    let meant = meant.map(|meant| format!(" ({})", date_time_exact(meant))).unwrap_or_default();
    let at = at.map_or_else(|| "which has no time".to_owned(), date_time_exact);
    let follow = match (target, followed_by) {
        (Target::Latest, 0) => "; no version follows it".to_owned(),
        (Target::Latest, 1) => "; 1 version follows it".to_owned(),
        (Target::Latest, many) => format!("; {} follow it", counted(*many, "version")),
        _ => String::new(),
    };
    format!("{}{meant} is {}, {at}{follow}", visible(&target.to_string()), number(*version))
}

/// The same, where it tells more than what was asked for.
pub fn describe(moment: &Moment) -> Option<String> {
    let shadowed =
        moment.shadowed.as_ref().map(|other| format!("use {} for the snapshot or branch of this name", visible(other)));
    match (moment.is_relative(), shadowed) {
        (false, None) => None,
        (true, None) => Some(words(moment)),
        (_, Some(other)) => Some(format!("{}; {other}", words(moment))),
    }
}
