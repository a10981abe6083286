//! Boxes that say something: errors, damage, bugs, messages. What happened, what still works, what to press.

use super::rows::{DialogRow, SentenceTone};
use super::sheet::Sheet;
use super::{Dialog, DialogAnswer};
use crate::Error;
use crate::log::Damage;
use crate::source::Address;
use crate::tui::action::Action;
use crate::tui::message::MessageTone;
use crate::value::Value;
use crate::view::Sign;
use crate::view::text::{NamedLine, SafeText, counted, joined, thousands, unquoted};

/// Something to read.
pub struct Notice {
    title: SafeText,
    lines: Vec<(SentenceTone, NamedLine)>,
    /// What can be tried again.
    again: Option<Address>,
    values: Vec<BoxValue>,
}

/// A value that a box shows, for the keys that copy it or open it.
pub struct BoxValue {
    /// `at .items[0]`, `of A at .items[0]`.
    pub place: String,
    pub value: Value,
}

/// A text that a box shows whole.
pub struct WholeText {
    pub text: String,
    /// Whether it is recorded as it is; else it is JSON, in which recorded strings are escaped already.
    pub is_raw: bool,
}

impl WholeText {
    fn beginning(&self) -> &str {
        &self.text[..self.text.floor_char_boundary(MOST_BYTES)]
    }

    /// What a line is indented by stays when it goes on.
    fn line(&self, line: &str) -> NamedLine {
        let says = line.trim_start_matches(' ');
        let name = SafeText::repeated(" ", line.len() - says.len());
        NamedLine { name, says: if self.is_raw { unquoted(says) } else { says.to_owned() }.into() }
    }
}

/// What every error is told with: what happened in one sentence, what still works, what to press, and a code that stays
/// the same from version to version.
struct Trouble {
    what: SafeText,
    why: Vec<SafeText>,
    still: Vec<SafeText>,
    /// What Esc leads to.
    leave: &'static str,
    code: &'static str,
    /// Where, beside the code; may be empty.
    place: SafeText,
}

/// The source that something happened to.
pub struct OpenSource {
    /// Its name.
    pub title: SafeText,
    /// Its versions so far.
    pub versions: u64,
    /// It, where it can be read a second time.
    pub again: Option<Address>,
}

impl OpenSource {
    /// `The 2 versions before that are`.
    fn before(&self) -> SafeText {
        match self.versions {
            1 => "The one version before that is".into(),
            read => joined!["The ", thousands(read), " versions before that are"],
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

/// What helps where nothing of a source could be read.
pub enum AfterUnopened {
    /// Something else.
    OpenElse,
    /// The same once more: its writer may not be finished.
    Retry(Address),
    /// A file of the same repository: what is committed stays as it is.
    OpenTracked,
}

impl Dialog {
    /// Nothing of a source could be read.
    pub fn unopened(error: &Error, title: &str, then: AfterUnopened) -> Self {
        let leave = match &then {
            AfterUnopened::OpenTracked => "choose one of the files that this repository has versions of",
            AfterUnopened::OpenElse | AfterUnopened::Retry(_) => "close this: then o opens something else, q quits",
        };
        let again = if let AfterUnopened::Retry(address) = then { Some(address) } else { None };
        let trouble = Trouble {
            what: joined![SafeText::data(title), " could not be opened."],
            why: vec![error.to_string().into()],
            still: vec!["Nothing was written and nothing is open.".into()],
            leave,
            code: error.code(),
            place: SafeText::default(),
        };
        Self::Notice(trouble.notice("✗ Not opened", again))
    }

    /// The source could not be read to its end.
    pub fn unreadable(error: &Error, source: &OpenSource) -> Self {
        let trouble = Trouble {
            what: joined![&source.title, " could not be read to its end."],
            why: vec![error.to_string().into()],
            still: vec![
                joined![source.before(), " open."],
                "Step, search, compare and copy all work. Nothing was written.".into(),
            ],
            leave: "close this and go on",
            code: error.code(),
            place: SafeText::default(),
        };
        Self::Notice(trouble.notice("✗ Could not read to the end", source.again.clone()))
    }

    /// A log has places that cannot be used: an unfinished end, or damage in the middle.
    pub fn damaged(damage: &[Damage], source: &OpenSource) -> Self {
        let torn = damage.iter().all(|damage| damage.torn);
        let mut why: Vec<SafeText> = damage.iter().take(MOST_DAMAGE).map(place_of).collect();
        if damage.len() > MOST_DAMAGE {
            why.push(joined!["… and ", counted(damage.len() - MOST_DAMAGE, "more place")]);
        }
        let offset = damage.first().map_or(0, |damage| damage.offset);
        let read = thousands(source.versions);
        let (what, still, after, code) = if torn {
            let still = joined!["Everything up to #", read, " is intact and open."];
            ("The end of its log is cut off", still, TORN, "E-LOG-TRUNCATED")
        } else {
            let still = joined!["The intact part is open: ", counted(source.versions, "version"), "."];
            ("Its log is damaged", still, DAMAGED, "E-LOG-DAMAGED")
        };
        let trouble = Trouble {
            what: joined![&source.title, ": ", what, "."],
            why,
            still: vec![still, after.into()],
            leave: "close this and go on",
            code,
            place: joined!["offset ", thousands(offset)],
        };
        Self::Notice(
            trouble.notice(if torn { "✗ Log is incomplete" } else { "✗ Log is damaged" }, source.again.clone()),
        )
    }

    /// A job met a bug.
    pub fn bug(text: &str) -> Self {
        let lines = vec![
            "An internal error occurred while handling your last request:".into(),
            SafeText::default(),
            SafeText::written(text),
            SafeText::default(),
            "The screen and the recording are unchanged. Report this text.".into(),
        ];
        Self::Notice(Notice::failure("✗ A bug in asof", lines))
    }

    /// Whole texts, each behind its heading. Of more than anyone reads, the beginning: then the title says so.
    pub fn whole(
        title: impl Into<SafeText>,
        texts: &[(&'static str, WholeText)],
        values: Vec<BoxValue>,
        edit_key: &str,
    ) -> Self {
        let mut lines: Vec<(SentenceTone, NamedLine)> = Vec::new();
        let mut title = title.into();
        if texts.iter().any(|(_, whole)| whole.text.len() > MOST_BYTES) {
            let beginning = &texts.iter().map(|(_, whole)| whole.beginning().chars().count()).max().unwrap_or(0);
            title = joined![title, " · first ", thousands(*beginning as u64), " chars"];
        }
        for (heading, whole) in texts {
            let shown = whole.beginning();
            let all = counted(whole.text.chars().count(), "char");
            let is_cut = shown.len() < whole.text.len();
            let part = if is_cut { joined![", cut: ", edit_key.to_owned(), " opens all of it"] } else { "".into() };
            lines.push((SentenceTone::Dim, joined![*heading, all, part].into()));
            let tone = if whole.is_raw { SentenceTone::String } else { SentenceTone::Json };
            lines.extend(shown.lines().map(|line| (tone, whole.line(line))));
            if is_cut {
                let more = joined!["… ", counted(whole.text[shown.len()..].chars().count(), "more char")];
                lines.push((SentenceTone::Dim, more.into()));
            }
        }
        Self::Notice(Notice { title, lines, again: None, values })
    }

    /// Lines as they are, each with its tone; what stands behind a sign is a change.
    pub fn lines(title: SafeText, lines: Vec<(MessageTone, NamedLine)>) -> Self {
        let lines = lines.into_iter().map(|(tone, line)| (tone_of(tone, &line), line)).collect();
        Self::Notice(Notice { title, lines, again: None, values: Vec::new() })
    }

    /// Lines of a text that is written here.
    pub fn text(title: &'static str, lines: Vec<SafeText>) -> Self {
        Self::Notice(Notice::failure(title, lines))
    }
}

impl Trouble {
    fn notice(self, title: &'static str, again: Option<Address>) -> Notice {
        let indented = |lines: Vec<SafeText>| lines.into_iter().map(|line| joined!["  ", line]);
        let retry = again.as_ref().map(|_| ("r", "try again (its writer may not be finished)"));
        let keys = retry.into_iter().chain([("Esc", self.leave)]);
        let keys = keys.map(|(key, does)| joined![SafeText::from(key).filled(6), does]);
        let code = SafeText::join([self.code.into(), self.place, ":messages has details".into()], " · ");
        let mut lines = vec![self.what, SafeText::default()];
        lines.extend(indented(self.why));
        lines.extend(indented(self.still));
        lines.push(SafeText::default());
        lines.extend(indented(keys.collect()));
        lines.extend([SafeText::default(), code]);
        Notice { again, ..Notice::failure(title, lines) }
    }
}

impl Notice {
    /// The values it shows: one, or that of A and that of B.
    pub fn values(&self) -> &[BoxValue] {
        &self.values
    }

    /// All that it says.
    pub fn text(&self) -> String {
        let line = |line: &NamedLine| joined![&line.name, &line.says].unmarked().trim_end().to_owned() + "\n";
        self.lines.iter().map(|(_, said)| line(said)).collect()
    }

    /// Whether it tells of something that can be tried again.
    pub fn can_retry(&self) -> bool {
        self.again.is_some()
    }

    fn failure(title: impl Into<SafeText>, lines: Vec<SafeText>) -> Self {
        let lines = lines.into_iter().map(|line| (SentenceTone::Plain, line.into())).collect();
        Self { title: title.into(), lines, again: None, values: Vec::new() }
    }

    /// Takes an action.
    pub fn act(&self, action: Action) -> DialogAnswer {
        match action {
            Action::Retry => self.again.clone().map_or(DialogAnswer::Stay, DialogAnswer::Open),
            _ => DialogAnswer::Close,
        }
    }

    /// What it says.
    pub fn sheet(&self) -> Sheet<'_> {
        Sheet {
            title: self.title.clone(),
            footer: "Esc closes".into(),
            width: WIDTH,
            rows: self.lines.iter().map(|(tone, line)| DialogRow::Named(line.clone(), *tone)).collect(),
            ..Sheet::default()
        }
    }
}

/// How a line is meant: by its sign, and whether it stands below that of its change.
fn tone_of(tone: MessageTone, line: &NamedLine) -> SentenceTone {
    let name = line.name.unmarked();
    let sign = Sign::all().into_iter().find(|sign| name.trim() == sign.word());
    match (tone, sign) {
        (MessageTone::Failure, _) => SentenceTone::Bad,
        (MessageTone::Note, Some(sign)) if name.starts_with(' ') => SentenceTone::Side(sign),
        (MessageTone::Note, Some(sign)) => SentenceTone::Change(sign),
        (MessageTone::Note, None) => SentenceTone::Plain,
    }
}

fn place_of(damage: &Damage) -> SafeText {
    let file = damage.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    joined![file, ", byte ", thousands(damage.offset), ": ", damage.why.clone()]
}
