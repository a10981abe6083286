//! ACTIONS: the one table of what a person can do (`action/table.rs`). Keys, hints, help and the `:` commands are made
//! from it.
//!
//! To add an action: a variant of [`Action`], a row in the table with the [`Grammar`] of its argument, an arm in
//! `app/update.rs`. Must not name: `app`.

mod argument;
mod context;
mod spec;
mod speed;
mod table;
#[cfg(test)]
mod tests;
mod view;

pub use argument::{AUTO, Argument, Grammar, INDEX, OFF, expand_home};
pub use context::Context;
pub use spec::{Group, Needs, Spec};
pub use speed::Speed;
pub use table::ACTIONS;
pub use view::View;

/// What a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    StepBack,
    StepForward,
    TenBack,
    TenForward,
    PreviousSnapshot,
    NextSnapshot,
    PreviousChange,
    NextChange,
    PreviousDifference,
    NextDifference,
    PreviousBroken,
    NextBroken,
    PreviousMatch,
    NextMatch,
    First,
    Newest,
    Follow,
    OlderWritten,
    NewerWritten,
    Goto,
    GotoTime,
    GotoShare,
    JumpBack,
    JumpForward,
    JumpToggle,
    JumpList,
    SetMark,
    GoToMark,
    PreviousMark,
    NextMark,
    MarkList,
    GotoPath,
    GotoBranch,
    Play,
    PlayBack,
    PlayStop,
    PlayForward,
    Speed,
    ZoomIn,
    ZoomOut,
    ZoomAll,
    ZoomEnds,
    Axis,
    Density,
    KeptBranches,
    PreviousGap,
    NextGap,
    EndpointA,
    EndpointB,
    GoToA,
    GoToB,
    SwapEnds,
    DiffView,
    /// Shows a view.
    Show(View),
    NextPane,
    PreviousPane,
    Maximise,
    Up,
    Down,
    PageUp,
    PageDown,
    HalfUp,
    HalfDown,
    Enter,
    OpenRow,
    CloseRow,
    OpenBelow,
    CloseBelow,
    PreviousSibling,
    NextSibling,
    OpenAll,
    CloseAll,
    FoldTo(u8),
    Unchanged,
    OneColumn,
    ArrayKey,
    CentreRow,
    RowToTop,
    RowToBottom,
    FirstRow,
    LastRow,
    OpenHere,
    CloseHere,
    Search,
    Blame,
    Embedded,
    Column,
    Lane,
    Break,
    Whole,
    NewSnapshot,
    EditSnapshot,
    DeleteSnapshot,
    Filter,
    RollBack,
    Promote,
    Fork,
    Compact,
    Undo,
    Redo,
    PreviousTransaction,
    NextTransaction,
    OnlyFailed,
    PreviousBranchPoint,
    NextBranchPoint,
    PreviousVariant,
    NextVariant,
    LargestChange,
    VariantLeft,
    VariantRight,
    NextBaseline,
    DiffThis,
    FindText,
    FindLabel,
    FindAuthor,
    FindTag,
    EditFind,
    ReverseFind,
    Tenants,
    PreviousTenant,
    NextTenant,
    CopyValue,
    CopyLine,
    CopyPath,
    CopyPointer,
    CopyKey,
    CopyPatch,
    CopyJq,
    CopyString,
    CopyLink,
    CopyCommand,
    CopyReport,
    Print,
    CopyWhat,
    Save,
    Export,
    Zoom,
    Edit,
    Pipe,
    Hash,
    Source,
    Keycast,
    Help,
    Commands,
    Messages,
    OpenSource,
    OpenRecent,
    OpenVersions,
    OpenDemo,
    InBackground,
    Retry,
    Back,
    Close,
    Quit,
    QuitAsText,
    Suspend,
    Redraw,
    Mouse,
    Set,
    Glyphs,
    Theme,
    Confirm,
    Cancel,
    FullDiff,
    EditMessage,
    NextField,
    PreviousField,
    Complete,
    StopTasks,
    QuitNow,
    SaveAndQuit,
}

/// What a person asked for: an action, and its argument.
#[derive(Debug, Clone)]
pub struct Request {
    /// What to do.
    pub action: Action,
    /// With what.
    pub argument: Argument,
}

impl From<Action> for Request {
    fn from(action: Action) -> Self {
        Self { action, argument: Argument::None }
    }
}

/// Names that other programs have for the same.
pub const ALIASES: [(&str, &str); 9] = [
    ("h", "keys"),
    ("help", "keys"),
    ("w", "save"),
    ("write", "save"),
    ("wq", "save-quit"),
    ("x", "save-quit"),
    ("q", "quit"),
    ("q!", "force-quit"),
    ("qa", "quit"),
];

/// What a text before the first blank names.
#[derive(Debug, Clone)]
pub enum Named {
    /// This row, by its name, an alias, or a beginning that no other name has.
    One(&'static Spec),
    /// The beginning of several names, in alphabetical order.
    Several(Vec<&'static str>),
    /// No row.
    None,
}

/// The row that a whole name or an alias names, where it may be run by name.
pub fn by_name(name: &str) -> Option<&'static Spec> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name);
    ACTIONS.iter().find(|spec| spec.name == name && spec.group != Group::Dialog)
}

/// What a text names, its beginning included; where no name begins so, that of an alias. O(rows).
pub fn named(text: &str) -> Named {
    if let Some(spec) = by_name(text) {
        return Named::One(spec);
    }
    let begins = |spec: &&Spec| !text.is_empty() && spec.name.starts_with(text) && spec.group != Group::Dialog;
    let mut names: Vec<&str> = ACTIONS.iter().filter(begins).map(|spec| spec.name).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] => ALIASES
            .iter()
            .find(|(alias, _)| text.len() > 1 && alias.starts_with(text))
            .and_then(|(alias, _)| by_name(alias))
            .map_or(Named::None, Named::One),
        [one] => by_name(one).map_or(Named::None, Named::One),
        _ => Named::Several(names),
    }
}
