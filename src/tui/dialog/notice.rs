//! Boxes that say something: errors, damage, bugs, messages. What happened, what still works, what to press.

use super::rows::{self, Row};
use super::sheet::Sheet;
use super::{Answer, Dialog};
use crate::Error;
use crate::log::Damage;
use crate::source::Address;
use crate::tui::action::Action;
use crate::tui::message::Tone;
use crate::view::text::{counted, data, safe, thousands};

/// Something to read.
pub struct Notice {
    title: String,
    lines: Vec<(Tone, String)>,
    /// What can be tried again.
    again: Option<Address>,
}

/// What every error is told with: what happened in one sentence, what still works, what to press, and a code that stays
/// the same from version to version.
struct Trouble {
    what: String,
    why: Vec<String>,
    still: Vec<String>,
    /// What Esc leads to.
    leave: &'static str,
    code: &'static str,
    /// Where, beside the code; may be empty.
    place: String,
}

/// The source that something happened to.
pub struct OpenSource {
    /// Its name.
    pub title: String,
    /// Its versions so far.
    pub versions: u64,
    /// It, where it can be read a second time.
    pub again: Option<Address>,
}

impl OpenSource {
    /// `The 2 versions before that are`.
    fn before(&self) -> String {
        match self.versions {
            1 => "The one version before that is".to_owned(),
            read => format!("The {} versions before that are", thousands(read)),
        }
    }
}

/// What becomes of an unfinished record.
const TORN: &str = "The next write moves the unfinished record to a side file; nothing is changed until then.";

/// What becomes of damage.
const DAMAGED: &str = "Nothing was changed: asof verify lists every damaged place.";

/// Columns inside, at most.
const WIDTH: u16 = 96;

/// Bytes of a whole text that are shown.
const MOST_BYTES: usize = 200_000;

/// Most damage listed in a box; `asof verify` lists all.
const MOST_DAMAGE: usize = 8;

impl Dialog {
    /// Nothing of a source could be read.
    pub fn unopened(error: &Error, title: &str, again: Option<Address>) -> Self {
        let trouble = Trouble {
            what: format!("{} could not be opened.", data(title)),
            why: vec![data(&error.to_string()).into_owned()],
            still: vec!["Nothing was written and nothing is open.".to_owned()],
            leave: "close this: then o opens something else, q quits",
            code: error.code(),
            place: String::new(),
        };
        Self::Notice(trouble.notice("✗ Not opened", again))
    }

    /// The source could not be read to its end.
    pub fn unreadable(error: &Error, source: &OpenSource) -> Self {
        let trouble = Trouble {
            what: format!("{} could not be read to its end.", source.title),
            why: vec![data(&error.to_string()).into_owned()],
            still: vec![
                format!("{} open.", source.before()),
                "Step, search, compare and copy all work. Nothing was written.".to_owned(),
            ],
            leave: "close this and go on",
            code: error.code(),
            place: String::new(),
        };
        Self::Notice(trouble.notice("✗ Could not read to the end", source.again.clone()))
    }

    /// A log has places that cannot be used: an unfinished end, or damage in the middle.
    pub fn damaged(damage: &[Damage], source: &OpenSource) -> Self {
        let torn = damage.iter().all(|damage| damage.torn);
        let mut why: Vec<String> = damage.iter().take(MOST_DAMAGE).map(place_of).collect();
        if damage.len() > MOST_DAMAGE {
            why.push(format!("… and {}", counted(damage.len() - MOST_DAMAGE, "more place")));
        }
        let offset = damage.first().map_or(0, |damage| damage.offset);
        let read = thousands(source.versions);
        let (what, still, after, code) = if torn {
            let still = format!("Everything up to #{read} is intact and open.");
            ("The end of its log is cut off", still, TORN, "E-LOG-TRUNCATED")
        } else {
            let still = format!("The intact part is open: {}.", counted(source.versions, "version"));
            ("Its log is damaged", still, DAMAGED, "E-LOG-DAMAGED")
        };
        let trouble = Trouble {
            what: format!("{}: {what}.", source.title),
            why,
            still: vec![still, after.to_owned()],
            leave: "close this and go on",
            code,
            place: format!("offset {}", thousands(offset)),
        };
        Self::Notice(
            trouble.notice(if torn { "✗ Log is incomplete" } else { "✗ Log is damaged" }, source.again.clone()),
        )
    }

    /// A job met a bug.
    pub fn bug(text: &str) -> Self {
        let lines = vec![
            "An internal error occurred while handling your last request:".to_owned(),
            String::new(),
            data(text).into_owned(),
            String::new(),
            "The screen and the recording are unchanged. Report this text.".to_owned(),
        ];
        Self::Notice(Notice::failure("✗ A bug in asof", lines))
    }

    /// A whole text. Of more than anyone reads, the beginning.
    pub fn whole(title: &str, texts: &[(&str, String)]) -> Self {
        let mut lines = Vec::new();
        for (heading, text) in texts {
            let shown = &text[..text.floor_char_boundary(MOST_BYTES)];
            lines.push(format!("{heading}{} chars", thousands(text.chars().count() as u64)));
            lines.extend(shown.lines().map(|line| data(line).into_owned()));
            if shown.len() < text.len() {
                let more = counted(text[shown.len()..].chars().count(), "more character");
                lines.push(format!("… {more}: e opens all of it in your editor, yv copies it"));
            }
        }
        Self::Notice(Notice::failure(title, lines))
    }

    /// Lines as they are, each with its tone.
    pub fn lines(title: String, lines: Vec<(Tone, String)>) -> Self {
        Self::Notice(Notice { title, lines, again: None })
    }

    /// Lines of a text that is written here.
    pub fn text(title: &str, lines: Vec<String>) -> Self {
        Self::Notice(Notice::failure(title, lines))
    }
}

impl Trouble {
    fn notice(self, title: &str, again: Option<Address>) -> Notice {
        let indented = |lines: Vec<String>| lines.into_iter().map(|line| format!("  {line}"));
        let retry = again.as_ref().map(|_| ("r", "try again (its writer may not be finished)"));
        let keys = retry.into_iter().chain([("Esc", self.leave)]).map(|(key, does)| format!("{key:<6}{does}"));
        let place = if self.place.is_empty() { String::new() } else { format!(" · {}", self.place) };
        let mut lines = vec![self.what, String::new()];
        lines.extend(indented(self.why));
        lines.extend(indented(self.still));
        lines.push(String::new());
        lines.extend(indented(keys.collect()));
        lines.extend([String::new(), format!("{}{place} · :messages has details", self.code)]);
        Notice { again, ..Notice::failure(title, lines) }
    }
}

impl Notice {
    /// Whether it tells of something that can be tried again.
    pub fn can_retry(&self) -> bool {
        self.again.is_some()
    }

    fn failure(title: &str, lines: Vec<String>) -> Self {
        let lines = lines.iter().map(|line| (Tone::Note, safe(line))).collect();
        Self { title: title.to_owned(), lines, again: None }
    }

    /// Takes an action.
    pub fn act(&self, action: Action) -> Answer {
        match action {
            Action::Retry => self.again.clone().map_or(Answer::Stay, Answer::Open),
            _ => Answer::Close,
        }
    }

    /// What it says.
    pub fn sheet(&self) -> Sheet<'_> {
        let tone = |tone| if tone == Tone::Failure { rows::Tone::Bad } else { rows::Tone::Plain };
        Sheet {
            title: self.title.clone(),
            footer: "Esc closes".to_owned(),
            width: WIDTH,
            rows: self.lines.iter().map(|(kind, line)| Row::Text(line.clone(), tone(*kind))).collect(),
            foot: Vec::new(),
        }
    }
}

fn place_of(damage: &Damage) -> String {
    let file = damage.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    data(&format!("{file}, byte {}: {}", thousands(damage.offset), damage.why)).into_owned()
}
