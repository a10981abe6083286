//! Lines to type: a new snapshot, where to keep a recording, a moment to go to, a text to search for.

use super::bottom::Bottom;
use super::leaving::Leave;
use super::line::EditLine;
use super::rows::{DialogRow, InputRow, SentenceTone};
use super::sheet::Sheet;
use super::{BoxFacts, DialogAnswer};
use crate::history::{History, Snapshot};
use crate::ops::words;
use crate::record::{SnapshotId, Version};
use crate::tui::action::{Action, Context};
use crate::tui::job::Write;
use crate::tui::keymap::Keymap;
use crate::view::text::{SafeText, joined, number, width};
use crate::view::verbs::SCREEN;
use std::path::Path;

/// What the lines are for.
#[derive(Debug, Clone)]
pub enum Purpose {
    /// A new snapshot of a version: name, description, tags.
    Snapshot(Version),
    /// Another name, description and tags for a snapshot.
    Edit(SnapshotId),
    /// Words that listed snapshots must have.
    Filter,
    /// Where to keep a recording that is in memory; then the write that asked, and the end of the program.
    Keep(Box<Write>, Option<Leave>),
    /// The argument of an action.
    Argument(Action),
    /// A text.
    Search,
}

/// One field of a form.
struct FormField {
    label: &'static str,
    line: EditLine,
}

/// Lines to type.
pub struct Form {
    title: SafeText,
    about: SafeText,
    fields: Vec<FormField>,
    at: usize,
    purpose: Purpose,
}

/// Columns inside, at most.
const WIDTH: u16 = 64;

impl Form {
    /// A new snapshot.
    pub fn snapshot(version: Version) -> Self {
        let about = "Without a name it is an auto snapshot.";
        let labels = ["Name", "Description", "Tags"];
        Self::new(joined!["Snapshot of ", number(version)], about, &labels, Purpose::Snapshot(version))
    }

    /// Another name, description and tags for a snapshot.
    pub fn edit(snapshot: &Snapshot) -> Self {
        let about = "Name, description and tags; the version does not change.";
        let title = joined!["Edit the snapshot of ", number(snapshot.version)];
        let mut form = Self::new(title, about, &["Name", "Description", "Tags"], Purpose::Edit(snapshot.id));
        let tags = snapshot.tags.join(" ");
        let texts = [snapshot.name.as_deref().unwrap_or_default(), &snapshot.description, &tags];
        form.fields.iter_mut().zip(texts).for_each(|(field, text)| field.line = EditLine::of(text));
        form
    }

    /// Words that listed snapshots must have.
    pub fn filter(words: &str) -> Self {
        Self::filter_of("Filter snapshots", "name, tags, author, description or kind of snapshots", words)
    }

    /// Words that listed transitions must have.
    pub fn only(words: &str) -> Self {
        Self::filter_of("Filter transitions", "label or author of transitions", words)
    }

    fn filter_of(title: &'static str, about: &'static str, words: &str) -> Self {
        let mut form = Self::new(title, about, &["Words"], Purpose::Filter);
        form.fields[0].line = EditLine::of(words);
        form
    }

    /// Where to keep a recording, what is written into it then, and whether the program ends after that.
    pub fn keep(place: &Path, write: Write, leave: Option<Leave>) -> Self {
        let next = match &write {
            Write::Do(verb, _) => {
                joined![" first. asof will then ", words::infinitive(verb, &SCREEN), "."]
            }
            Write::Nothing if leave.is_some() => ". asof will then quit.".into(),
            Write::Nothing => ".".into(),
        };
        let about = joined![
            "This recording is only in memory. Save it to a new directory",
            next,
            " The source is not changed."
        ];
        let purpose = Purpose::Keep(Box::new(write), leave);
        let mut form = Self::new("Save the recording", about, &["Directory"], purpose);
        form.fields[0].line = EditLine::of(&place.display().to_string());
        form
    }

    /// The argument of an action that asks for one; `None` of others.
    pub fn asking(action: Action) -> Option<Self> {
        let (title, about, label) = match action {
            Action::Goto => ("Go to", "48213  50%  -10  +10  @09:41  -5m  NAME  A  B  head  branch:main~1", "Target"),
            Action::GotoTime => {
                ("Go to a time", "12:30  12:30:15  2026-10-09T12:00:00Z: the last version at or before", "Time")
            }
            Action::GotoShare => {
                ("Go to a percentage of the history", "0 is the first version, 100 the newest", "Percent")
            }
            Action::SetMark => ("Mark this version", "One letter, a to z or A to Z", "Letter"),
            Action::GoToMark => ("Go to a mark", "One letter; :marks lists all", "Letter"),
            Action::OpenSource => {
                let about = "A file, a recording's directory, or git:PATH for the history of a JSON, YAML or TOML file";
                ("Open", about, "Source")
            }
            _ => return None,
        };
        Some(Self::new(title, about, &[label], Purpose::Argument(action)))
    }

    /// A text.
    pub fn search(about: &'static str) -> Self {
        Self::new("Search", about, &["Text"], Purpose::Search)
    }

    /// Whether a write waits for the answer.
    pub fn is_about_keeping(&self) -> bool {
        matches!(self.purpose, Purpose::Keep(..))
    }

    /// Whether the answer is written as it is.
    pub fn writes(&self) -> bool {
        matches!(self.purpose, Purpose::Snapshot(_) | Purpose::Edit(_))
    }

    /// Whether the answer is for one tenant.
    pub fn is_about_a_tenant(&self) -> bool {
        !matches!(self.purpose, Purpose::Argument(Action::OpenSource))
    }

    /// Looks whether there is still something to answer.
    pub fn renew(&self, history: &History, in_memory: bool, moved: bool) -> BoxFacts {
        match &self.purpose {
            Purpose::Edit(id) if moved && history.marks().get(*id).is_none() => {
                BoxFacts::Gone("Nothing was written: the snapshot is no longer in the list".into())
            }
            Purpose::Keep(..) if !in_memory => {
                BoxFacts::Gone("Nothing was written: the recording was saved meanwhile. Try again".into())
            }
            _ => BoxFacts::Hold,
        }
    }

    /// Whether there is more than one line to type.
    pub fn has_fields(&self) -> bool {
        self.fields.len() > 1
    }

    /// The text of a line that takes effect while it is typed; `None` of other forms.
    pub fn live(&self) -> Option<&str> {
        let is_live = matches!(self.purpose, Purpose::Search | Purpose::Filter);
        self.fields.first().filter(|_| is_live).map(|field| field.line.text())
    }

    /// The same as it is painted, at the bottom of the screen.
    pub fn bottom<'a>(&'a self, found: &'a SafeText, keymap: &Keymap) -> Option<Bottom<'a>> {
        self.live()?;
        let [take, leave] = [Action::Confirm, Action::Cancel].map(|action| keymap.keys_in(Context::Prompt, action));
        let keys = joined![take, " OK · ", leave, " cancel"];
        Some(Bottom { line: &self.fields.first()?.line, about: &self.about, found, keys })
    }

    /// The line being typed.
    pub fn line_mut(&mut self) -> Option<&mut EditLine> {
        self.fields.get_mut(self.at).map(|field| &mut field.line)
    }

    /// Takes an action. Enter takes all fields.
    pub fn act(&mut self, action: Action) -> DialogAnswer {
        let count = self.fields.len().max(1);
        match action {
            Action::NextField => self.at = (self.at + 1) % count,
            Action::PreviousField => self.at = (self.at + count - 1) % count,
            Action::Cancel => return DialogAnswer::Close,
            Action::Confirm => {
                let texts = self.fields.iter().map(|field| field.line.text().to_owned()).collect();
                return DialogAnswer::Form(self.purpose.clone(), texts);
            }
            _ => {}
        }
        DialogAnswer::Stay
    }

    /// What it says.
    pub fn sheet(&self, keymap: &Keymap) -> Sheet<'_> {
        let [next, take, leave] =
            [Action::NextField, Action::Confirm, Action::Cancel].map(|action| keymap.keys_in(Context::Prompt, action));
        let next = if self.has_fields() { joined![next, " next field · "] } else { SafeText::default() };
        let columns = self.fields.iter().map(|field| width(field.label)).max().unwrap_or(0) + 2;
        let mut rows = vec![DialogRow::Text(self.about.clone(), SentenceTone::Dim), DialogRow::gap()];
        for (at, field) in self.fields.iter().enumerate() {
            rows.push(DialogRow::Input(InputRow {
                label: field.label,
                columns,
                line: &field.line,
                typed: at == self.at,
            }));
        }
        Sheet {
            title: self.title.clone(),
            footer: joined![next, take, " OK · ", leave, " cancel"],
            width: WIDTH,
            rows,
            ..Sheet::default()
        }
    }

    fn new(title: impl Into<SafeText>, about: impl Into<SafeText>, labels: &[&'static str], purpose: Purpose) -> Self {
        let fields = labels.iter().map(|label| FormField { label, line: EditLine::default() }).collect();
        Self { title: title.into(), about: about.into(), fields, at: 0, purpose }
    }
}
