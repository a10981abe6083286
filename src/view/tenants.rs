//! Tenants side by side: of each what its newest state holds, and its snapshots.

use super::clock;
use super::list::ListCursor;
use super::snapshots::SnapshotRow;
use super::text::{self, SafeText, joined};
use super::tree::Beginning;
use super::value_words::value_words;
use super::verbs::SCREEN;
use crate::history::History;
use crate::ops::TenantRow;
use crate::record::{TenantId, Version};
use crate::value::Value;
use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantBox {
    /// `#48,213  2026-10-09 09:41:07Z`, and shorter: what has room is shown.
    pub head: [SafeText; 3],
    /// The first level of its newest state: keys, and what is there.
    pub state: Vec<(SafeText, SafeText)>,
    /// How many more there are.
    pub more_keys: usize,
    /// Its snapshots, newest first.
    pub snapshots: Vec<SnapshotRow>,
    /// How many more there are.
    pub more_snapshots: usize,
    /// `3 versions · 3 snapshots`.
    pub caption: SafeText,
}

/// Columns of what a container begins with.
const WORDS: usize = 32;

/// Rows that stand between what is listed: two headings, and a blank.
const BETWEEN: usize = 3;

/// A box narrower than this says nothing.
const NARROWEST: u16 = 30;

/// Which of so many tenants have room in so many columns, the current one among them.
pub fn shown(tenants: usize, current: usize, columns: u16) -> Range<usize> {
    let fit = usize::from(columns / NARROWEST).clamp(1, tenants.max(1));
    let start = (current + 1).saturating_sub(fit);
    start..tenants.min(start + fit)
}

/// A tenant in so many rows. O(rows).
pub fn tenant(id: &TenantId, history: &History, cursor: Version, rows: usize) -> TenantBox {
    let value = history.head_value();
    let row = TenantRow::new(id, history, None);
    let (keys, marked) = (keys(value), row.snapshots);
    let [versions, snapshots] = row.counted(&SCREEN);
    let [keys_shown, marks_shown] = share([keys, marked], rows.saturating_sub(BETWEEN));
    let number = SafeText::from(text::number(row.head));
    let time = history.info(row.head).and_then(|info| info.at);
    let dated =
        [clock::date_time, clock::date_minute].map(|form| joined![&number, "  ", time.map(form).unwrap_or_default()]);
    let [exact, minute] = dated;
    TenantBox {
        head: [exact, minute, number],
        state: parts(value, keys_shown),
        more_keys: keys - keys_shown,
        snapshots: super::snapshots::snapshots(history, &ListCursor::default(), "", cursor, marks_shown).rows,
        more_snapshots: marked - marks_shown,
        caption: joined![versions, " · ", snapshots],
    }
}

fn keys(value: &Value) -> usize {
    match value {
        Value::Object(_) | Value::Array(_) => value.len(),
        _ => 1,
    }
}

/// How many rows of two lists are shown: half each, and what one does not need is the other's. A list that does not fit
/// needs a row to say so.
fn share(lens: [usize; 2], rows: usize) -> [usize; 2] {
    let half = rows / 2;
    let first = lens[0].min(half.max(rows.saturating_sub(lens[1])));
    let second = lens[1].min(rows - first);
    [(first, lens[0]), (second, lens[1])].map(|(shown, all)| if shown < all { shown.saturating_sub(1) } else { shown })
}

fn parts(value: &Value, most: usize) -> Vec<(SafeText, SafeText)> {
    let words = |value: &Value| match value {
        Value::Object(_) | Value::Array(_) => joined![value_words(value, None), " ", Beginning::of(value).fit(WORDS)],
        scalar => value_words(scalar, None),
    };
    match value {
        Value::Object(object) => {
            let part = |(key, value): (&crate::value::Text, &Value)| (SafeText::written(&text::key(key)), words(value));
            object.iter().take(most).map(part).collect()
        }
        Value::Array(array) => {
            let part = |(at, value): (usize, &Value)| (format!("[{at}]").into(), words(value));
            array.iter().take(most).enumerate().map(part).collect()
        }
        scalar => vec![("state".into(), words(scalar))],
    }
}

#[test]
fn rows_are_shared_between_what_there_is() {
    for (lens, rows, shown) in [
        ([3, 3], 10, [3, 3]),
        ([20, 3], 10, [6, 3]),
        ([3, 20], 10, [3, 6]),
        ([20, 20], 10, [4, 4]),
        ([1, 0], 1, [1, 0]),
        ([5, 5], 0, [0, 0]),
    ] {
        assert_eq!(share(lens, rows), shown, "{lens:?} in {rows}");
    }
}
