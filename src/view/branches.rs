//! The Branches view: `main`, forks, variants, and what rollbacks left behind.

use super::clock;
use super::list::ListCursor;
use super::table::{Column, Row, Table, Tone, numbers, words};
use super::text;
use crate::history::{Branch, History};
use crate::record::Version;

const COLUMNS: &[Column] = &[
    words("name", 0),
    words("kind", 0),
    numbers("head", 0),
    numbers("length", 0),
    numbers("from", 2),
    words("time", 3),
    words("left by", 4),
    words("kept by", 1),
    words("variant of", 1),
];

/// The rows on the screen; `walked` is the branch that steps go along. O(branches).
pub fn table(history: &History, list: &ListCursor, walked: &str, height: usize) -> Table {
    let branches = history.branches();
    let selected = list.selected(branches.len());
    let window = list.window(branches.len(), height);
    let count = text::thousands(branches.len() as u64);
    let row = |at: usize| {
        let branch = &branches[at];
        let here = branch.name == walked;
        Row {
            sign: if here { "•" } else { " " },
            tone: if here { Tone::Strong } else { Tone::Plain },
            cells: cells(history, branch),
            selected: selected == Some(at),
        }
    };
    Table {
        columns: COLUMNS,
        rows: window.map(row).collect(),
        position: selected.map(|at| format!("{} of {count}", text::thousands(at as u64 + 1))).unwrap_or_default(),
        empty: Vec::new(),
    }
}

/// The branch under the list's cursor.
pub fn selected(history: &History, list: &ListCursor) -> Option<Branch> {
    let branches = history.branches();
    list.selected(branches.len()).and_then(|at| branches.into_iter().nth(at))
}

/// What kind of branch it is: `current`, `variant`, `kept`, `fork`.
pub fn kind(branch: &Branch) -> &'static str {
    match branch {
        Branch { current: true, .. } => "current",
        Branch { kept_by: Some(_), .. } => "kept",
        Branch { baseline: Some(_), .. } => "variant",
        _ => "fork",
    }
}

fn cells(history: &History, branch: &Branch) -> Vec<String> {
    let shown = |text: &str| text::data(text).into_owned();
    let time = history.info(branch.head).and_then(|info| info.at).map(clock::date_time);
    let left = branch.kept_by.and_then(|by| history.info(by));
    let who = left.as_ref().and_then(|info| info.by.clone());
    let what = left.map(|info| format!("{} {}", text::number(info.version), shown(&info.label)));
    vec![
        shown(&branch.name),
        kind(branch).to_owned(),
        text::thousands(branch.head.0),
        text::thousands(branch.versions),
        text::thousands(branch.base.0),
        time.unwrap_or_default(),
        who.map(|who| shown(&who)).unwrap_or_default(),
        what.unwrap_or_default(),
        baseline(history, branch).unwrap_or_default(),
    ]
}

/// `◆ baseline`.
fn baseline(history: &History, branch: &Branch) -> Option<String> {
    let snapshot = history.snapshot(branch.baseline?)?;
    let name = snapshot.name.as_deref().map_or_else(|| text::number(snapshot.version), str::to_owned);
    Some(format!("◆ {}", text::data(&name)))
}

/// A branch in two sentences: where it comes from, and what its newest version is.
pub fn about(history: &History, branch: &Branch) -> Vec<String> {
    let shown = |text: &str| text::data(text).into_owned();
    let made = history.info(branch.head).filter(|info| info.version.0 > 0);
    let head = made.map(|info| {
        let by = info.by.map(|by| format!(" by {}", shown(&by))).unwrap_or_default();
        format!("head {}  {}{by}", text::number(info.version), shown(&info.label))
    });
    let from = match branch {
        Branch { current: true, .. } => "applications write here unless they name another branch".to_owned(),
        Branch { kept_by: Some(by), .. } => format!(
            "left behind at {} by {}: {} that {} not on main",
            text::number(branch.base),
            text::number(*by),
            text::counted(branch.versions, "version"),
            if branch.versions == 1 { "is" } else { "are" }
        ),
        _ => format!("forked at {}", text::number(branch.base)),
    };
    [Some(from), head].into_iter().flatten().collect()
}

/// Where branches begin or were left: versions after which more than one line goes on, in order.
pub fn points(history: &History) -> Vec<Version> {
    let mut points: Vec<Version> = history.branches().iter().skip(1).map(|branch| branch.base).collect();
    points.sort_unstable();
    points.dedup();
    points
}

/// The heads of all variants, in order.
pub fn variant_heads(history: &History) -> Vec<Version> {
    let all = history.branches();
    let mut heads: Vec<Version> = all.iter().filter(|branch| branch.baseline.is_some()).map(|b| b.head).collect();
    heads.sort_unstable();
    heads
}
