//! The tools, one table: what each is called, what it is for, and which arguments of which command it becomes.

use ParameterKind::{Flag, Number, Text, Texts};
use ParameterPlace::{Option as Named, Positional};

/// A tool, and the command that it runs.
pub struct Tool {
    /// Its name in the protocol.
    pub name: &'static str,
    /// What it is for, for the agent that chooses.
    pub about: &'static str,
    /// The commands it runs, one after another, each with options that are always given.
    pub commands: &'static [&'static [&'static str]],
    /// What it takes, beside what every tool takes.
    pub parameters: &'static [Parameter],
    /// What writing adds to it.
    pub write: Option<ToolWrite>,
}

/// What a tool does when it writes: where `when` is given, the command and parameters are these instead.
pub struct ToolWrite {
    /// The parameter that asks for it.
    pub when: &'static str,
    /// What it does, for the agent.
    pub about: &'static str,
    /// The command, with options that are always given.
    pub command: &'static [&'static str],
    /// What it takes.
    pub parameters: &'static [Parameter],
}

/// An argument of a tool.
pub struct Parameter {
    /// Its name in the protocol.
    pub name: &'static str,
    /// What it holds.
    pub kind: ParameterKind,
    /// Where it goes on the command line.
    pub place: ParameterPlace,
    /// Whether it must be given.
    pub required: bool,
    /// What it means.
    pub about: &'static str,
}

/// What an argument holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A string; a number is taken as one.
    Text,
    /// An array of strings, or one.
    Texts,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
}

/// Where an argument goes on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterPlace {
    /// Behind this option.
    Option(&'static str),
    /// By its place, in the order of the parameters.
    Positional,
    /// Nowhere: it says what is done.
    Nowhere,
}

const fn optional(name: &'static str, kind: ParameterKind, place: ParameterPlace, about: &'static str) -> Parameter {
    Parameter { name, kind, place, required: false, about }
}

const fn required(name: &'static str, kind: ParameterKind, place: ParameterPlace, about: &'static str) -> Parameter {
    Parameter { name, kind, place, required: true, about }
}

const FROM: Parameter = optional("from", Text, Named("--from"), "first version: a moment");
const TO: Parameter = optional("to", Text, Named("--to"), "last version: a moment");
const BRANCH: Parameter = optional("branch", Text, Named("--branch"), "the versions of this branch instead of main");
const AT: Parameter = optional("at", Text, Named("--at"), "the version: a moment; default head");
const PATH: Parameter = optional("path", Text, Named("--path"), "only what is at this path: .a.b[0] or /a/b/0");
const IGNORE: Parameter =
    optional("ignore", Texts, Named("--ignore"), "paths to leave out: .updatedAt, .items[*].etag");
const EMBEDDED: Parameter = optional("embedded", Flag, Named("--embedded"), "parse JSON inside strings");
const JSON: Parameter = optional("json", Flag, Named("--json"), "one JSON object per line, exact, instead of a table");
const REASON: Parameter = optional("reason", Text, Named("--reason"), "the reason, kept with the rollback");

/// What every tool but those that plan takes as well.
pub const TENANT: Parameter =
    optional("tenant", Text, Named("--tenant"), "which state, where the source holds several");

pub const TOOLS: [Tool; 12] = [
    Tool {
        name: "overview",
        about: "What the source holds: tenants, the newest versions, and what is at the top of the newest state. Start here.",
        commands: &[&["tenants"], &["log", "--count=8"], &["state", "--keys"]],
        parameters: &[],
        write: None,
    },
    Tool {
        name: "log",
        about: "The versions, oldest first: number, time, label, author, how many keys changed. Give count for the newest.",
        commands: &[&["log"]],
        parameters: &[
            FROM,
            TO,
            optional("count", Number, Named("--count"), "at most this many, the newest"),
            optional("label", Text, Named("--label"), "only versions whose label contains this"),
            PATH,
            BRANCH,
            IGNORE,
            JSON,
        ],
        write: None,
    },
    Tool {
        name: "state",
        about: "The value at a version, or a part of it. For a large one ask with keys first: what is directly below, with sizes.",
        commands: &[&["state"]],
        parameters: &[
            AT,
            PATH,
            optional("keys", Flag, Named("--keys"), "list what is directly below, instead of the value"),
            EMBEDDED,
        ],
        write: None,
    },
    Tool {
        name: "diff",
        about: "What differs between two versions: added, removed, changed, moved, with old and new values.",
        commands: &[&["diff"]],
        parameters: &[
            required("a", Text, Positional, "the left version: a moment"),
            required("b", Text, Positional, "the right version: a moment"),
            PATH,
            optional("summary", Flag, Named("--summary"), "only how much differs"),
            IGNORE,
            EMBEDDED,
            JSON,
        ],
        write: None,
    },
    Tool {
        name: "history",
        about: "Every change of the value at a path, newest last: version, time, author, before and after. Answers: when did this change?",
        commands: &[&["history"]],
        parameters: &[
            required("path", Text, Positional, "the path: .a.b[0], .items[sku=A7].qty, or /a/b/0"),
            FROM,
            TO,
            BRANCH,
            optional("count", Number, Named("--count"), "at most this many changes, the newest"),
            IGNORE,
            EMBEDDED,
            JSON,
        ],
        write: None,
    },
    Tool {
        name: "blame",
        about: "Who last wrote each part of a state, and when.",
        commands: &[&["blame"]],
        parameters: &[optional("path", Text, Positional, "only the part at this path"), AT, IGNORE, JSON],
        write: None,
    },
    Tool {
        name: "find",
        about: "When something was true. Give exactly one of where, text, label, by, tag, changed. Answers: when did it go wrong?",
        commands: &[&["find", "--stats"]],
        parameters: &[
            optional("where", Text, Named("--where"), "a jq filter that is true for the state: .balance < 0"),
            optional("text", Text, Named("--text"), "a text or number anywhere in the state"),
            optional("label", Text, Named("--label"), "a text in the label"),
            optional("by", Text, Named("--by"), "an author"),
            optional("tag", Text, Named("--tag"), "a tag of a snapshot"),
            optional("changed", Text, Named("--changed"), "a path whose value changes"),
            optional("old", Text, Named("--old"), "with changed: only changes from this value, in JSON"),
            optional("new", Text, Named("--new"), "with changed: only changes to this value, in JSON"),
            optional("first", Flag, Named("--first"), "only the first version"),
            optional("last", Flag, Named("--last"), "only the last version"),
            optional("back", Flag, Named("--back"), "newest first"),
            FROM,
            TO,
            BRANCH,
            IGNORE,
            JSON,
        ],
        write: None,
    },
    Tool {
        name: "trace",
        about: "The values of jq filters over time, a row for each version at which one of them changed.",
        commands: &[&["trace", "--changes"]],
        parameters: &[required("filters", Texts, Positional, "jq filters: .balance"), FROM, TO, BRANCH, JSON],
        write: None,
    },
    Tool {
        name: "bisect_plan",
        about: "The version to test next, between one that is good and one that is bad, for what only a test outside can tell. Call again with what came out.",
        commands: &[&["bisect", "--plan"]],
        parameters: &[
            optional("good", Text, Named("--good"), "a version that is good; default the first"),
            optional("bad", Text, Named("--bad"), "a version that is bad; default head"),
            optional("skip", Texts, Named("--skip"), "versions that cannot be tested"),
            JSON,
        ],
        write: None,
    },
    Tool {
        name: "snapshots",
        about: "The snapshots: names of versions, oldest first.",
        commands: &[&["snapshots"]],
        parameters: &[optional("kind", Text, Named("--kind"), "named, auto or checkpoint"), JSON],
        write: Some(ToolWrite {
            when: "create",
            about: " With create: names a version.",
            command: &["snapshot"],
            parameters: &[required("create", Text, Positional, "the name of a snapshot to create"), AT],
        }),
    },
    Tool {
        name: "assert",
        about: "Whether assertions hold for the whole history, each with its first counterexample: always(.balance >= 0), never(F), eventually(F), after(F) until(F) ASSERTION, changed(F) inside.",
        commands: &[&["assert"]],
        parameters: &[required("assertions", Texts, Positional, "the assertions"), FROM, TO, BRANCH, IGNORE, JSON],
        write: None,
    },
    Tool {
        name: "rollback_plan",
        about: "What a rollback to a version would do, and how many versions would leave main; diff from head to it tells what would change. Writes nothing.",
        commands: &[&["rollback", "--dry-run"]],
        parameters: &[required("to", Text, Positional, "the version to roll back to: a moment"), REASON, JSON],
        write: Some(ToolWrite {
            when: "commit",
            about: " With commit: does it, by appending a version equal to that one; nothing is lost.",
            command: &["rollback", "--yes"],
            parameters: &[
                optional("commit", Flag, ParameterPlace::Nowhere, "do it"),
                required("to", Text, Positional, "the version to roll back to: a moment"),
                REASON,
                JSON,
            ],
        }),
    },
];

/// What a moment is, for the agent.
pub const MOMENTS: &str =
    "A moment is a version 42, head, head~3, @2026-10-09T12:00:00Z, -5m, the name of a snapshot, or 50%.";
