//! The Branches view: `main`, forks, variants, and what rollbacks left behind.

use super::clock;
use super::list::ListCursor;
use super::table::{RowTone, Table, TableColumn, TableRow, numbers, words};
use super::text::{self, SafeText, joined};
use crate::history::{Branch, History};
use crate::ops::BranchRow;
use crate::record::Version;

const COLUMNS: &[TableColumn] = &[
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
        TableRow {
            sign: if here { "•" } else { " " },
            tone: if here { RowTone::Strong } else { RowTone::Plain },
            cells: cells(history, &BranchRow::new(history, branch.clone())),
            selected: selected == Some(at),
        }
    };
    Table {
        columns: COLUMNS,
        rows: window.map(row).collect(),
        position: selected.map(|at| joined![text::thousands(at as u64 + 1), " of ", count.clone()]).unwrap_or_default(),
        empty: Vec::new(),
    }
}

/// The branch under the list's cursor.
pub fn selected(history: &History, list: &ListCursor) -> Option<Branch> {
    let branches = history.branches();
    list.selected(branches.len()).and_then(|at| branches.into_iter().nth(at))
}

fn cells(history: &History, row: &BranchRow) -> Vec<SafeText> {
    let BranchRow { branch, baseline } = row;
    let time = history.info(branch.head).and_then(|info| info.at).map(clock::date_time);
    let left = branch.kept_by.and_then(|by| history.info(by));
    let who = left.as_ref().and_then(|info| info.by.clone());
    let what = left.map(|info| joined![text::number(info.version), " ", &info.label]);
    vec![
        SafeText::data(&branch.name),
        row.kind().into(),
        text::thousands(branch.head.0).into(),
        text::thousands(branch.versions).into(),
        text::thousands(branch.base.0).into(),
        time.unwrap_or_default().into(),
        who.map(|who| SafeText::data(&who)).unwrap_or_default(),
        what.unwrap_or_default(),
        baseline.as_ref().map(|name| joined!["◆ ", name]).unwrap_or_default(),
    ]
}

/// A branch in two sentences: where it comes from, and what its newest version is.
pub fn about(history: &History, branch: &Branch) -> Vec<SafeText> {
    let made = history.info(branch.head).filter(|info| info.version.0 > 0);
    let head = made.map(|info| {
        let by = info.by.map(|by| joined![" by ", &by]).unwrap_or_default();
        joined!["head ", text::number(info.version), "  ", &info.label, by]
    });
    let from = match branch {
        Branch { current: true, .. } => "applications write here unless they name another branch".into(),
        Branch { kept_by: Some(by), .. } => joined![
            "left behind at ",
            text::number(branch.base),
            " by ",
            text::number(*by),
            ": ",
            text::counted(branch.versions, "version"),
            whether_on_main(history, branch),
        ],
        _ => joined!["forked at ", text::number(branch.base)],
    };
    [Some(from), head].into_iter().flatten().collect()
}

/// Whether main goes through what was left behind: it does again once what left it is undone.
fn whether_on_main(history: &History, branch: &Branch) -> &'static str {
    match (history.lineage().on_line(branch.head, history.head()), branch.versions) {
        (true, 1) => " that is on main again",
        (true, _) => " that are on main again",
        (false, 1) => " that is not on main",
        (false, _) => " that are not on main",
    }
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
