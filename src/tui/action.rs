//! ACTIONS: the one table of what a person can do. Keys, hints, help and the `:` commands are made from it.
//!
//! To add an action: a variant of [`Action`], a row here, an arm in `app/update.rs`. Must not know: how anything is done.

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// Even while a dialog is open.
    Always,
    /// In every pane, when no dialog is open.
    Anywhere,
    /// In every pane that is a list of rows.
    Rows,
    /// The timeline.
    Timeline,
    /// The list of transitions.
    Transitions,
    /// The list of snapshots.
    Snapshots,
    /// The state tree.
    State,
    /// The list of changes.
    Changes,
    /// The side-by-side diff.
    Diff,
    /// The Snapshots view.
    SnapshotsView,
    /// The Transactions view.
    Transaction,
    /// The Variants view.
    Variants,
    /// The Branches view.
    Branches,
    /// The rollback dialog.
    Rollback,
    /// The question whether a variant becomes permanent.
    Promote,
    /// Any other question.
    Question,
    /// The screen when nothing is open.
    Start,
    /// The screen that shows how far the reading is.
    Opening,
    /// A line being typed.
    Prompt,
    /// A list being narrowed by typing.
    Chooser,
    /// A box that only says something.
    Notice,
}

impl Context {
    /// Whether keys of this place come before those of another one that holds at the same time.
    pub fn hides(self, other: Self) -> bool {
        let breadth = |context| match context {
            Self::Always => 3,
            Self::Anywhere => 2,
            Self::Rows => 1,
            _ => 0,
        };
        breadth(self) < breadth(other)
    }
}

/// Under which heading help lists an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Moving through time.
    Time,
    /// The diff's two ends.
    Compare,
    /// Writing.
    Change,
    /// Views and panes.
    View,
    /// Rows of the focused pane.
    Pane,
    /// Copying.
    Copy,
    /// The program.
    Program,
    /// Inside a dialog; not in the `:` list.
    Dialog,
}

impl Group {
    /// All, in the order of help.
    pub const ALL: [Self; 8] =
        [Self::Pane, Self::Time, Self::Compare, Self::Change, Self::View, Self::Copy, Self::Program, Self::Dialog];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Time => "Time, in any pane",
            Self::Compare => "Compare",
            Self::Change => "Change",
            Self::View => "Views and panes",
            Self::Pane => "This pane",
            Self::Copy => "Copy",
            Self::Program => "Program",
            Self::Dialog => "This box",
        }
    }
}

/// What must be there for an action to make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// At least one version.
    Versions,
    /// At least one snapshot.
    Snapshots,
    /// Versions, and not opened read-only.
    Writable,
    /// A write of ours that can be taken back.
    Undoable,
    /// A write of ours that was taken back.
    Redoable,
    /// A snapshot that is selected, and not opened read-only.
    Editable,
    /// A variant, and not opened read-only.
    Promotable,
    /// A later version of the program.
    Later,
    /// More than one tenant.
    Tenants,
    /// An earlier place to go back to.
    Jump,
    /// That nothing is open.
    NothingOpen,
    /// Something opened lately.
    Recent,
    /// An error after which opening can be tried again.
    Again,
    /// At least one mark.
    Marks,
}

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
    EndpointA,
    EndpointB,
    GoToA,
    GoToB,
    SwapEnds,
    DiffView,
    ViewDebug,
    ViewDiff,
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
    CentreRow,
    RowToTop,
    RowToBottom,
    FirstRow,
    LastRow,
    OpenHere,
    CloseHere,
    Search,
    Watch,
    Whole,
    NewSnapshot,
    EditSnapshot,
    DeleteSnapshot,
    Filter,
    RollBack,
    Promote,
    Fork,
    Undo,
    Redo,
    PreviousTransaction,
    NextTransaction,
    OnlyFailed,
    PreviousBranchPoint,
    NextBranchPoint,
    PreviousVariant,
    NextVariant,
    VariantLeft,
    VariantRight,
    NextBaseline,
    DiffThis,
    ViewSnapshots,
    ViewFind,
    ViewTransactions,
    ViewVariants,
    ViewBranches,
    Tenants,
    CopyValue,
    CopyLine,
    CopyPath,
    CopyPointer,
    CopyKey,
    CopyPatch,
    CopyJq,
    CopyString,
    CopyLink,
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
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// What is done.
    pub action: Action,
    /// Its name after `:`.
    pub name: &'static str,
    /// Default key sequences, as [`super::key::Key`] reads them.
    pub keys: &'static [&'static str],
    /// Where the keys hold.
    pub context: Context,
    /// Where help lists it.
    pub group: Group,
    /// What it does, for help and `:`.
    pub doc: &'static str,
    /// The argument's form after `:`; empty for none.
    pub argument: &'static str,
    /// The word in the hint bar; neighbours with the same word share it; empty for none.
    pub hint: &'static str,
    /// What must be there.
    pub needs: Needs,
}

impl Spec {
    const fn takes(self, argument: &'static str) -> Self {
        Self { argument, ..self }
    }
    const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
    const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }
}

const fn row(
    context: Context,
    group: Group,
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    doc: &'static str,
) -> Spec {
    Spec { action, name, keys, context, group, doc, argument: "", hint: "", needs: Needs::Nothing }
}

/// Moves through time, in any pane.
const fn time(action: Action, name: &'static str, keys: &'static [&'static str], doc: &'static str) -> Spec {
    row(Context::Anywhere, Group::Time, action, name, keys, doc).needs(Needs::Versions)
}

/// Rows of one pane, or of every pane with rows.
const fn pane(
    context: Context,
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    doc: &'static str,
) -> Spec {
    row(context, Group::Pane, action, name, keys, doc)
}

const fn global(
    group: Group,
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    doc: &'static str,
) -> Spec {
    row(Context::Anywhere, group, action, name, keys, doc)
}

const fn dialog(
    context: Context,
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    doc: &'static str,
) -> Spec {
    row(context, Group::Dialog, action, name, keys, doc)
}

/// The table. Rows with a hint stand in the order of the hint bar.
#[rustfmt::skip] // one row, one line
pub static ACTIONS: &[Spec] = &[
    row(Context::Start, Group::Program, Action::OpenRecent, "open-recent", &["Enter"], "open the selected one").hint("open").needs(Needs::Recent),
    row(Context::Start, Group::Program, Action::OpenSource, "open", &["o"], "open a file, a recording, or git:PATH").takes("SOURCE").hint("choose a file").needs(Needs::NothingOpen),
    row(Context::Start, Group::Program, Action::OpenDemo, "demo", &["D"], "open a built-in walkthrough").takes("[NAME]").hint("demo").needs(Needs::NothingOpen),
    row(Context::Start, Group::Program, Action::Close, "close", &["q"], "quit").hint("quit"),
    row(Context::Start, Group::Program, Action::Up, "up", &["Up", "k"], "row above").needs(Needs::Recent),
    row(Context::Start, Group::Program, Action::Down, "down", &["Down", "j"], "row below").needs(Needs::Recent),
    row(Context::Opening, Group::Program, Action::Back, "back", &["Esc"], "stop reading; what has been read stays").hint("stop here"),
    row(Context::Opening, Group::Program, Action::InBackground, "background", &["b"], "look at what has been read while reading goes on").hint("in the background"),
    row(Context::Opening, Group::Program, Action::Close, "close", &["q"], "quit").hint("quit"),
    pane(Context::Snapshots, Action::Enter, "enter", &["Enter"], "go to this snapshot").hint("go there"),
    row(Context::Snapshots, Group::Change, Action::EditSnapshot, "edit-snapshot", &["r"], "edit the name, description and tags of the selected snapshot").needs(Needs::Editable).hint("edit"),
    pane(Context::SnapshotsView, Action::DiffThis, "diff-this", &["d"], "compare the cursor with this snapshot").needs(Needs::Snapshots).hint("diff with cursor"),
    row(Context::Snapshots, Group::Change, Action::DeleteSnapshot, "delete-snapshot", &["D"], "take the selected snapshot out of the list; asks first").needs(Needs::Editable).hint("delete"),
    pane(Context::Snapshots, Action::Filter, "filter", &["/"], "list only snapshots with these words in name, tags, author, text or kind").takes("[WORDS]").hint("filter"),
    pane(Context::Transaction, Action::Enter, "enter", &["Enter"], "go to the version of this step").hint("go"),
    pane(Context::Transaction, Action::DiffThis, "diff-this", &["d"], "what this step changed").hint("diff"),
    pane(Context::Transaction, Action::PreviousTransaction, "transaction-back", &["{", "[ t"], "the transaction before this one").hint("transaction"),
    pane(Context::Transaction, Action::NextTransaction, "transaction-forward", &["}", "] t"], "the transaction after this one").hint("transaction"),
    pane(Context::Transaction, Action::PreviousBroken, "error-back", &["[ e"], "previous transaction that failed"),
    pane(Context::Transaction, Action::NextBroken, "error-forward", &["] e"], "next transaction that failed").hint("failure"),
    pane(Context::Transaction, Action::OnlyFailed, "failures", &["z f"], "list only transactions with a step that failed, or all").hint("only failed"),
    pane(Context::Variants, Action::VariantLeft, "variant-left", &["h", "Left"], "the variant before").hint("variant"),
    pane(Context::Variants, Action::VariantRight, "variant-right", &["l", "Right"], "the next variant").hint("variant"),
    pane(Context::Variants, Action::NextBaseline, "next-baseline", &["b"], "the variants of the next baseline").hint("baseline"),
    pane(Context::Variants, Action::DiffThis, "diff-this", &["d"], "what this variant changed").hint("diff"),
    row(Context::Variants, Group::Change, Action::Promote, "promote", &["P"], "make this variant permanent on main; asks for the reason first").takes("[VARIANT]").needs(Needs::Promotable).hint("promote"),
    pane(Context::Variants, Action::Enter, "enter", &["Enter"], "stand on this variant's newest version").hint("timeline"),
    pane(Context::Variants, Action::CopyReport, "copy-comparison", &["y r"], "copy the comparison as Markdown").hint("copy report"),
    pane(Context::Branches, Action::Enter, "enter", &["Enter"], "go to the head of this branch; steps follow it").hint("go, and walk it"),
    pane(Context::Branches, Action::DiffThis, "diff-this", &["d"], "compare the head of main with this branch").hint("diff with main"),
    time(Action::PreviousTransaction, "transaction-back", &["{", "[ t"], "previous transaction"),
    time(Action::NextTransaction, "transaction-forward", &["}", "] t"], "next transaction"),
    time(Action::StepBack, "step-back", &[","], "one transition back").hint("step"),
    time(Action::StepForward, "step", &["."], "one transition forward").hint("step"),
    time(Action::PreviousChange, "change-back", &["[ c"], "last change of the value under the cursor").takes("[PATH]").hint("changed"),
    time(Action::NextChange, "change-forward", &["] c"], "next change of the value under the cursor").takes("[PATH]").hint("changed"),
    global(Group::Compare, Action::EndpointA, "end-a", &["a"], "put end A of the diff here (again: lets it follow)").takes("[TARGET]").hint("ends").needs(Needs::Versions),
    global(Group::Compare, Action::EndpointB, "end-b", &["b"], "put end B of the diff here (again: lets it follow)").takes("[TARGET]").hint("ends").needs(Needs::Versions),
    global(Group::Compare, Action::DiffView, "diff", &["d"], "A and B side by side").hint("diff").needs(Needs::Versions),
    global(Group::Change, Action::RollBack, "rollback", &["R"], "make a past state the new head; asks first").takes("[TARGET]").hint("roll back").needs(Needs::Writable),
    global(Group::Change, Action::NewSnapshot, "snapshot", &["s"], "mark this version with a name").takes("[NAME]").hint("new snapshot").needs(Needs::Writable),
    global(Group::Change, Action::Promote, "promote", &["P"], "make a variant permanent on main; asks for the reason first").takes("[VARIANT]").needs(Needs::Promotable),
    time(Action::PreviousSnapshot, "snapshot-back", &["<", "[ s"], "previous snapshot").hint("snapshot").needs(Needs::Snapshots),
    time(Action::NextSnapshot, "snapshot-forward", &[">", "] s"], "next snapshot").hint("snapshot").needs(Needs::Snapshots),
    time(Action::NextMatch, "next", &["n"], "next hit of a search, else next difference").hint("next"),
    time(Action::PreviousMatch, "previous", &["N"], "previous hit of a search, else previous difference").hint("next"),
    global(Group::Change, Action::Undo, "undo", &["u"], "take back your last write").hint("undo").needs(Needs::Undoable),
    global(Group::View, Action::Tenants, "tenant", &["t"], "choose a tenant").takes("[NAME]").needs(Needs::Tenants).hint("tenant"),
    global(Group::Compare, Action::SwapEnds, "swap", &["x"], "swap A and B").needs(Needs::Versions),

    time(Action::TenBack, "ten-back", &["S-Left"], "ten transitions back"),
    time(Action::TenForward, "ten-forward", &["S-Right"], "ten transitions forward"),
    time(Action::First, "first", &["g g", "Home"], "first version"),
    time(Action::Newest, "newest", &["G", "End"], "newest version of this branch"),
    time(Action::Follow, "follow", &["F"], "go to the head and stay with it as versions come"),
    time(Action::OlderWritten, "older", &["g -"], "older in the order of writing, all branches"),
    time(Action::NewerWritten, "newer", &["g +"], "newer in the order of writing, all branches"),
    time(Action::PreviousDifference, "difference-back", &["[ d"], "previous difference"),
    time(Action::NextDifference, "difference-forward", &["] d"], "next difference"),
    time(Action::PreviousBroken, "error-back", &["[ e"], "previous invalid or deleted version, or step that failed"),
    time(Action::NextBroken, "error-forward", &["] e"], "next invalid or deleted version, or step that failed"),
    time(Action::PreviousBranchPoint, "branch-point-back", &["[ b"], "previous version where lines part"),
    time(Action::NextBranchPoint, "branch-point-forward", &["] b"], "next version where lines part"),
    time(Action::PreviousVariant, "variant-back", &["[ v"], "head of the variant before"),
    time(Action::NextVariant, "variant-forward", &["] v"], "head of the next variant"),
    time(Action::Goto, "goto", &["g i"], "go to a moment").takes("TARGET"),
    time(Action::GotoTime, "goto-time", &["g t"], "go to a time of day or a date").takes("TIME"),
    time(Action::GotoShare, "goto-percent", &["g p"], "go to a share of the history").takes("PERCENT"),
    time(Action::JumpBack, "jump-back", &["Ctrl-o", "Alt-Left"], "where you were before the last jump").needs(Needs::Jump),
    time(Action::JumpForward, "jump-forward", &["Alt-Right", "Ctrl-i"], "forward again"),
    time(Action::JumpToggle, "jump-toggle", &["' '"], "between the last two places").needs(Needs::Jump),
    time(Action::JumpList, "jumps", &[], "choose among the places you jumped from").needs(Needs::Jump),
    time(Action::SetMark, "mark", &["m <letter>"], "mark this version with a letter (again: takes it away)").takes("LETTER"),
    time(Action::GoToMark, "go-mark", &["' <letter>"], "go to a mark").takes("LETTER").needs(Needs::Marks),
    time(Action::PreviousMark, "mark-back", &["[ m"], "previous mark").needs(Needs::Marks),
    time(Action::NextMark, "mark-forward", &["] m"], "next mark").needs(Needs::Marks),
    time(Action::MarkList, "marks", &[], "choose among the marks").needs(Needs::Marks),
    time(Action::GotoPath, "path", &[], "put the tree's cursor on a path").takes("PATH"),
    time(Action::GotoBranch, "switch", &[], "go to the head of a branch").takes("BRANCH"),
    time(Action::Play, "play", &[], "play through time, or pause"),
    time(Action::Speed, "speed", &[], "how fast playing is: 1 is as recorded, idle time cut to 1 s").takes("FACTOR"),
    time(Action::ZoomIn, "zoom-in", &["+", "="], "timeline: half as much around the cursor"),
    time(Action::ZoomOut, "zoom-out", &["-"], "timeline: twice as much"),
    time(Action::ZoomAll, "zoom-all", &["0"], "timeline: everything"),

    time(Action::Zoom, "zoom", &[], "timeline: closer, further, everything").takes("in|out|all"),

    row(Context::Timeline, Group::Pane, Action::StepBack, "step-back", &["Left", "h"], "one transition back"),
    row(Context::Timeline, Group::Pane, Action::StepForward, "step", &["Right", "l"], "one transition forward"),
    row(Context::Timeline, Group::Pane, Action::ZoomIn, "zoom-in", &["Up", "k"], "half as much around the cursor"),
    row(Context::Timeline, Group::Pane, Action::ZoomOut, "zoom-out", &["Down", "j"], "twice as much"),

    row(Context::Timeline, Group::Pane, Action::Play, "play", &["Space"], "play, pause"),
    row(Context::Timeline, Group::Pane, Action::PlayBack, "play-back", &["J"], "play backwards; again: faster"),
    row(Context::Timeline, Group::Pane, Action::PlayStop, "play-stop", &["K"], "stop playing"),
    row(Context::Timeline, Group::Pane, Action::PlayForward, "play-forward", &["L"], "play forwards; again: faster"),

    pane(Context::Rows, Action::Up, "up", &["Up", "k"], "row above"),
    pane(Context::Rows, Action::Down, "down", &["Down", "j"], "row below"),
    pane(Context::Rows, Action::PageUp, "page-up", &["PgUp"], "one screen up"),
    pane(Context::Rows, Action::PageDown, "page-down", &["PgDn"], "one screen down"),
    pane(Context::Rows, Action::HalfUp, "half-up", &["Ctrl-u"], "half a screen up"),
    pane(Context::Rows, Action::HalfDown, "half-down", &["Ctrl-d"], "half a screen down"),
    pane(Context::Rows, Action::CentreRow, "centre", &["z z"], "this row in the middle"),
    pane(Context::Rows, Action::RowToTop, "row-to-top", &["z t"], "this row at the top"),
    pane(Context::Rows, Action::RowToBottom, "row-to-bottom", &["z b"], "this row at the bottom"),
    pane(Context::Rows, Action::FirstRow, "first-row", &["Ctrl-Home"], "first row"),
    pane(Context::Rows, Action::LastRow, "last-row", &["Ctrl-End"], "last row"),
    pane(Context::Changes, Action::Enter, "enter", &["Enter"], "show this path in the tree"),
    pane(Context::State, Action::Enter, "enter", &["Enter", "Space"], "open or close; all of a text"),
    pane(Context::State, Action::OpenRow, "open-row", &["Right", "l"], "open; first child"),
    pane(Context::State, Action::OpenHere, "open-here", &["z o"], "open this"),
    pane(Context::State, Action::CloseRow, "close-row", &["Left", "h"], "close; parent"),
    pane(Context::State, Action::CloseHere, "close-here", &["z c"], "close this, or what is round it"),
    pane(Context::State, Action::PreviousSibling, "previous-sibling", &["K"], "previous sibling"),
    pane(Context::State, Action::NextSibling, "next-sibling", &["J"], "next sibling"),
    pane(Context::State, Action::OpenBelow, "open-below", &["L"], "open everything below"),
    pane(Context::State, Action::CloseBelow, "close-below", &["H"], "close everything below"),
    pane(Context::State, Action::OpenAll, "open-all", &["z R"], "open all"),
    pane(Context::State, Action::CloseAll, "close-all", &["z M"], "close all"),
    pane(Context::State, Action::Unchanged, "unchanged", &["z u"], "fold or show what did not change"),
    pane(Context::State, Action::Search, "search", &["/"], "search keys and values").takes("[TEXT]"),
    pane(Context::State, Action::Whole, "whole", &["z w"], "all of a long text, in lines"),
    pane(Context::State, Action::Watch, "watch", &["W"], "watch this value, or no longer").takes("[PATH]"),
    pane(Context::Diff, Action::Enter, "enter", &["Enter", "Space"], "open or close; all of a text"),
    pane(Context::Diff, Action::OpenRow, "open-row", &["Right", "l"], "open this fold"),
    pane(Context::Diff, Action::OpenHere, "open-here", &["z o"], "open this"),
    pane(Context::Diff, Action::CloseRow, "close-row", &["Left", "h"], "close"),
    pane(Context::Diff, Action::CloseHere, "close-here", &["z c"], "close this, or what is round it"),
    pane(Context::Diff, Action::Unchanged, "unchanged", &["z u"], "fold or show what did not change"),
    pane(Context::Diff, Action::Whole, "whole", &["z w"], "all of a long text, in lines"),
    pane(Context::Diff, Action::OneColumn, "one-column", &["z i"], "one column or two"),
    pane(Context::State, Action::FoldTo(1), "fold-1", &["z 1"], "open one level"),
    pane(Context::State, Action::FoldTo(2), "fold-2", &["z 2"], "open two levels"),
    pane(Context::State, Action::FoldTo(3), "fold-3", &["z 3"], "open three levels"),
    pane(Context::State, Action::FoldTo(4), "fold-4", &["z 4"], "open four levels"),
    pane(Context::State, Action::FoldTo(5), "fold-5", &["z 5"], "open five levels"),
    pane(Context::State, Action::FoldTo(6), "fold-6", &["z 6"], "open six levels"),
    pane(Context::State, Action::FoldTo(7), "fold-7", &["z 7"], "open seven levels"),
    pane(Context::State, Action::FoldTo(8), "fold-8", &["z 8"], "open eight levels"),
    pane(Context::State, Action::FoldTo(9), "fold-9", &["z 9"], "open nine levels"),

    global(Group::Change, Action::Redo, "redo", &["U"], "do again what you took back").needs(Needs::Redoable),
    global(Group::Change, Action::Fork, "fork", &[], "start a branch at this version").takes("NAME").needs(Needs::Writable),
    global(Group::Compare, Action::GoToA, "go-a", &["A"], "go to A").needs(Needs::Versions),
    global(Group::Compare, Action::GoToB, "go-b", &["B"], "go to B").needs(Needs::Versions),
    global(Group::View, Action::ViewDebug, "debug", &["1"], "the Debug view"),
    global(Group::View, Action::ViewDiff, "diff-view", &["2"], "the Diff view"),
    global(Group::View, Action::ViewSnapshots, "snapshots", &["3"], "the Snapshots view"),
    global(Group::View, Action::ViewFind, "find", &["4"], "kept for finding in time").needs(Needs::Later),
    global(Group::View, Action::ViewTransactions, "transactions", &["5"], "the Transactions view"),
    global(Group::View, Action::ViewVariants, "variants", &["6"], "the Variants view"),
    global(Group::View, Action::ViewBranches, "branches", &["7"], "the Branches view"),
    global(Group::View, Action::NextPane, "next-pane", &["Tab"], "next pane"),
    global(Group::View, Action::PreviousPane, "previous-pane", &["S-Tab"], "previous pane"),
    global(Group::View, Action::Maximise, "maximise", &["O"], "this pane alone, or all again"),
    global(Group::Copy, Action::CopyValue, "copy-value", &["y y"], "copy the value").needs(Needs::Versions),
    global(Group::Copy, Action::CopyLine, "copy-line", &["y v"], "copy the value on one line").needs(Needs::Versions),
    global(Group::Copy, Action::CopyPath, "copy-path", &["y p"], "copy the path").needs(Needs::Versions),
    global(Group::Copy, Action::CopyPointer, "copy-pointer", &["y o"], "copy the path as JSON Pointer").needs(Needs::Versions),
    global(Group::Copy, Action::CopyKey, "copy-key", &["y k"], "copy the key").needs(Needs::Versions),
    global(Group::Copy, Action::CopyPatch, "copy-patch", &["y d"], "copy the diff as JSON Patch").needs(Needs::Versions),
    global(Group::Copy, Action::CopyJq, "copy-jq", &["y q"], "copy the path for jq").needs(Needs::Versions),
    global(Group::Copy, Action::CopyString, "copy-string", &["y s"], "copy the string without its quotes").needs(Needs::Versions),
    global(Group::Copy, Action::CopyLink, "copy-link", &["y l"], "copy a command line that opens this spot").needs(Needs::Versions),
    global(Group::Copy, Action::CopyReport, "copy-report", &["y r"], "copy a report of the diff as Markdown").needs(Needs::Versions),
    global(Group::Copy, Action::CopyWhat, "copy", &[], "copy the value, or something else that is named").takes("[value|line|key|path|pointer|jq|string|patch|link|report]").needs(Needs::Versions),
    global(Group::Copy, Action::Print, "print", &["y P"], "print the value to the terminal's scrollback").needs(Needs::Versions),
    global(Group::Copy, Action::Edit, "edit", &["e"], "open a copy of the value, or of the diff, in your editor").needs(Needs::Versions),
    global(Group::Copy, Action::Pipe, "pipe", &["|"], "send the value, or the diff, through your pager or a command").takes("[COMMAND]").needs(Needs::Versions),
    global(Group::Copy, Action::Hash, "hash", &[], "say the checksum of this state").needs(Needs::Versions),
    global(Group::Program, Action::Save, "save", &[], "keep a recording that is in memory").takes("[FILE]").needs(Needs::Writable),
    global(Group::Program, Action::Export, "export", &[], "write a file: .jsonl the history, .json the diff as JSON Patch, .md the report").takes("FILE").needs(Needs::Versions),
    global(Group::Program, Action::Source, "source", &[], "run the commands of a file, with its pauses").takes("FILE"),
    global(Group::Program, Action::Keycast, "keycast", &[], "show the last keys pressed, or no longer"),
    global(Group::Program, Action::Commands, "commands", &[":"], "run a command by name"),
    global(Group::Program, Action::Help, "keys", &["?", "F1"], "what can be done here; keys all: in every place").takes("[all]"),
    global(Group::Program, Action::Messages, "messages", &[], "problems and messages so far"),
    global(Group::Program, Action::Set, "set", &[], "change an option; alone: list them").takes("[NAME VALUE]"),
    global(Group::Program, Action::Glyphs, "glyphs", &[], "draw with auto, blocks, braille or ascii").takes("[NAME]"),
    global(Group::Program, Action::Theme, "theme", &[], "colours: auto, dark, light, mono, classic, high-contrast, or your own").takes("[NAME]"),
    global(Group::Program, Action::Mouse, "mouse", &["F2"], "take the mouse, or leave it to the terminal").hint("mouse"),
    global(Group::Program, Action::Back, "back", &["Esc"], "stop what is running; leave search, then A and B"),
    global(Group::Program, Action::Close, "close", &["q"], "leave this view, then quit"),
    global(Group::Program, Action::QuitAsText, "quit-text", &["Q"], "quit and leave this screen as text"),
    row(Context::Always, Group::Program, Action::Quit, "quit", &["Ctrl-c"], "quit"),
    row(Context::Always, Group::Program, Action::Suspend, "suspend", &["Ctrl-z"], "back to the shell until `fg`"),
    row(Context::Always, Group::Program, Action::Redraw, "redraw", &["Ctrl-l"], "draw the screen anew"),

    dialog(Context::Rollback, Action::Confirm, "confirm", &["y"], "roll back").hint("roll back"),
    dialog(Context::Rollback, Action::FullDiff, "full-diff", &["d"], "see the full diff first").hint("diff first"),
    dialog(Context::Rollback, Action::EditMessage, "edit-message", &["Tab"], "edit the message").hint("message"),
    dialog(Context::Rollback, Action::Cancel, "cancel", &["n", "Esc"], "change nothing").hint("cancel"),
    dialog(Context::Promote, Action::Confirm, "confirm", &["y"], "promote it").hint("promote"),
    dialog(Context::Promote, Action::FullDiff, "full-diff", &["d"], "see the full diff first").hint("diff first"),
    dialog(Context::Promote, Action::EditMessage, "edit-message", &["Tab"], "type the reason").hint("reason"),
    dialog(Context::Promote, Action::Cancel, "cancel", &["n", "Esc"], "change nothing").hint("cancel"),
    dialog(Context::Question, Action::Confirm, "confirm", &["y"], "do it").hint("yes"),
    dialog(Context::Question, Action::Cancel, "cancel", &["n", "Esc"], "change nothing").hint("cancel"),
    dialog(Context::Prompt, Action::NextField, "next-field", &["Tab"], "next field").hint("next field"),
    dialog(Context::Prompt, Action::PreviousField, "previous-field", &["S-Tab"], "previous field"),
    dialog(Context::Prompt, Action::Confirm, "confirm", &["Enter"], "take it").hint("done"),
    dialog(Context::Prompt, Action::Cancel, "cancel", &["Esc"], "leave it").hint("cancel"),
    dialog(Context::Chooser, Action::Complete, "complete", &["Tab"], "complete the word").hint("complete"),
    dialog(Context::Chooser, Action::Confirm, "confirm", &["Enter"], "run it, or go there").hint("run"),
    dialog(Context::Chooser, Action::Up, "up", &["Up"], "row above; above the first: earlier commands"),
    dialog(Context::Chooser, Action::Down, "down", &["Down"], "row below"),
    dialog(Context::Chooser, Action::PageUp, "page-up", &["PgUp"], "one screen up"),
    dialog(Context::Chooser, Action::PageDown, "page-down", &["PgDn"], "one screen down"),
    dialog(Context::Chooser, Action::Cancel, "cancel", &["Esc"], "close").hint("close"),
    dialog(Context::Notice, Action::Retry, "retry", &["r"], "try again").hint("try again").needs(Needs::Again),
    dialog(Context::Notice, Action::Up, "up", &["Up", "k"], "up"),
    dialog(Context::Notice, Action::Down, "down", &["Down", "j"], "down"),
    dialog(Context::Notice, Action::PageUp, "page-up", &["PgUp"], "one screen up"),
    dialog(Context::Notice, Action::PageDown, "page-down", &["PgDn"], "one screen down"),
    dialog(Context::Notice, Action::Cancel, "cancel", &["Esc", "Enter", "q"], "close").hint("close"),
];

/// What a person asked for: an action, and for one named after `:` its argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub action: Action,
    /// With what; empty for nothing.
    pub argument: String,
}

impl From<Action> for Request {
    fn from(action: Action) -> Self {
        Self { action, argument: String::new() }
    }
}

/// The row named `name` that may be run by name.
pub fn by_name(name: &str) -> Option<&'static Spec> {
    ACTIONS.iter().find(|spec| spec.name == name && spec.group != Group::Dialog)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_action_per_context() {
        for (at, spec) in ACTIONS.iter().enumerate() {
            let twin = ACTIONS[at + 1..].iter().find(|other| other.name == spec.name && other.context == spec.context);
            assert!(twin.is_none(), "{} is there twice", spec.name);
        }
    }

    #[test]
    fn names_can_be_typed_and_every_row_is_explained() {
        for spec in ACTIONS {
            assert!(!spec.doc.is_empty(), "{}", spec.name);
            assert!(
                spec.name.bytes().all(|b| b == b'-' || b.is_ascii_lowercase() || b.is_ascii_digit()),
                "{}",
                spec.name
            );
        }
    }

    #[test]
    fn a_destructive_key_differs_from_the_one_that_confirms_it() {
        let keys_of = |context, action| {
            ACTIONS.iter().filter(move |s| s.context == context && s.action == action).flat_map(|s| s.keys.iter())
        };
        for (question, opens) in [
            (Context::Rollback, (Context::Anywhere, Action::RollBack)),
            (Context::Promote, (Context::Anywhere, Action::Promote)),
            (Context::Question, (Context::Snapshots, Action::DeleteSnapshot)),
        ] {
            let confirms: Vec<_> = keys_of(question, Action::Confirm).collect();
            assert_eq!(confirms, [&"y"], "Enter is inert");
            assert!(keys_of(opens.0, opens.1).all(|key| !confirms.contains(&key)));
        }
    }
}
