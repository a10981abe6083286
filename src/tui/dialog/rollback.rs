//! The questions before `main` gets another head, by a rollback or a promotion: where to, what would change, what stays.
//! Only `y` commits; Enter is inert.

use super::Answer;
use super::form::Line;
use super::frame::{Frame, position, wrap, write, write_at};
use crate::history::Branch;
use crate::record::{SnapshotKind, Version};
use crate::tui::action::{Action, Context};
use crate::tui::app::Session;
use crate::tui::job::{Preview, Write};
use crate::tui::pane::Look;
use crate::value::Text;
use crate::view::summary::Summary;
use crate::view::text::{number, thousands, time_of_day, visible};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// A past state becomes the head; the message has a default.
    RollBack,
    /// A variant's newest state does; the reason must be given.
    Promote(Text),
}

/// The question.
pub struct Question {
    asked: Asked,
    /// Why it was not done when it was confirmed.
    complaint: Option<&'static str>,
    /// The version that would become the new head's state.
    pub to: Version,
    /// Whether the message is being typed.
    pub editing: bool,
    /// The message that the rollback will carry.
    pub message: Line,
    /// What it would do, once worked out.
    pub preview: Option<Result<Preview, String>>,
    place: String,
    target: String,
    head: Version,
    head_time: String,
    snapshots: usize,
}

/// One line of the box.
enum Row {
    Text(String, Tone),
    Message,
}

#[derive(Clone, Copy)]
enum Tone {
    Plain,
    Strong,
    Dim,
    Bad,
}

/// Columns inside, with room and without.
const WIDE: usize = 72;
const NARROW: usize = 58;

/// From this size of the screen on there is room for all of it.
const ROOMY: (u16, u16) = (100, 30);

impl Question {
    /// The question about a version of this session.
    pub fn new(session: &Session, to: Version) -> Self {
        let history = session.history();
        let name = history.snapshots().iter().rev().find(|snapshot| snapshot.version == to && snapshot.name.is_some());
        let target = match name {
            Some(snapshot) => {
                let sign = if snapshot.kind == SnapshotKind::Named { "◆ " } else { "" };
                format!("{sign}{}  {}", visible(snapshot.name.as_deref().unwrap_or_default()), number(to))
            }
            None => number(to),
        };
        let words =
            name.and_then(|snapshot| snapshot.name.clone()).map_or_else(|| to.to_string(), |name| name.to_string());
        let head = history.head();
        let time = history.info(head).and_then(|info| info.at).map(time_of_day).unwrap_or_default();
        let branch = history.branch_of(head);
        Self {
            asked: Asked::RollBack,
            complaint: None,
            to,
            editing: false,
            message: Line::of(&format!("roll back to {words}")),
            preview: None,
            place: format!("{} / {}", visible(&session.tenant.id().0), visible(&branch)),
            target,
            head,
            head_time: time,
            snapshots: history.snapshots().len(),
        }
    }

    /// The question whether a variant of this session should become permanent.
    pub fn promotion(session: &Session, variant: &Branch) -> Self {
        let mut question = Self::new(session, variant.head);
        question.target = format!("{}  {}", visible(&variant.name), number(variant.head));
        question.message = Line::default();
        question.asked = Asked::Promote(variant.name.clone());
        question
    }

    /// Which keys hold.
    pub fn context(&self) -> Context {
        match self.asked {
            _ if self.editing => Context::Prompt,
            Asked::RollBack => Context::Rollback,
            Asked::Promote(_) => Context::Promote,
        }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> Answer {
        self.complaint = None;
        match action {
            Action::EditMessage => self.editing = true,
            Action::Confirm if !self.editing => return self.commit(),
            Action::FullDiff => return Answer::Park,
            Action::Cancel if !self.editing => return Answer::Close,
            Action::Confirm | Action::Cancel | Action::NextField | Action::PreviousField => self.editing = false,
            _ => {}
        }
        Answer::Stay
    }

    /// Paints it; answers where the text cursor is, while the message is typed.
    pub fn paint(&self, look: &Look, area: Rect, buf: &mut Buffer) -> Option<Position> {
        let roomy = area.width >= ROOMY.0 && area.height >= ROOMY.1;
        let rows = if roomy { self.rows() } else { self.short_rows() };
        let (width, footer) =
            if roomy { (WIDE, "y to go on · Enter does nothing") } else { (NARROW, "Enter does nothing") };
        let width = u16::try_from(width).unwrap_or(u16::MAX);
        let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        let inside = Frame { title: self.words()[0], footer, width, height }.paint(look, area, buf);
        let mut cursor = position(inside, 0, 0);
        for (at, row) in rows.iter().enumerate() {
            match row {
                Row::Text(text, tone) => write(inside, at, text, tone.style(look), buf),
                Row::Message => cursor = self.paint_message(inside, at, look, buf).or(cursor),
            }
        }
        cursor
    }

    /// Nothing is committed that could not even be worked out, and no promotion without a reason.
    fn commit(&mut self) -> Answer {
        let reason = self.message.text().trim().to_owned();
        match &self.asked {
            _ if matches!(self.preview, Some(Err(_))) => Answer::Stay,
            Asked::Promote(_) if reason.is_empty() => {
                self.complaint = Some("A promotion needs a reason: Tab, then type it");
                Answer::Stay
            }
            Asked::Promote(variant) => Answer::Write(Write::Promote { variant: variant.clone(), reason }),
            Asked::RollBack => Answer::Write(Write::RollBack { to: self.to, reason }),
        }
    }

    /// The title, the word before the target, the label of the line to type, and what `y` does.
    fn words(&self) -> [&'static str; 4] {
        match self.asked {
            Asked::RollBack => ["Roll back", "back to", "Message  ", "roll back"],
            Asked::Promote(_) => ["Promote", "promote", "Reason   ", "promote"],
        }
    }

    fn complaint(&self) -> Row {
        Row::Text(self.complaint.unwrap_or_default().to_owned(), Tone::Bad)
    }

    fn paint_message(&self, inside: Rect, row: usize, look: &Look, buf: &mut Buffer) -> Option<Position> {
        let label = self.words()[2];
        let style = if self.editing { look.theme.strong } else { look.theme.text };
        write(inside, row, label, style, buf);
        let (text, at) = self.message.window(usize::from(inside.width).saturating_sub(label.len() + 1));
        write_at(inside, row, label.len(), &text, look.theme.text, buf);
        position(inside, row, label.len() + at).filter(|_| self.editing)
    }

    fn rows(&self) -> Vec<Row> {
        let plain = |text: String| Row::Text(text, Tone::Plain);
        let gap = || Row::Text(String::new(), Tone::Plain);
        let makes = number(self.makes());
        let mut rows = vec![
            Row::Text(format!("{}   {}   {}", self.place, self.words()[1], self.target), Tone::Strong),
            gap(),
            plain(format!("Head now    {}   {}", number(self.head), self.head_time)),
            plain(format!("New head    {makes}   a new transition, its state equals {}", number(self.to))),
            gap(),
            plain("Changes at the head".to_owned()),
        ];
        rows.extend(self.changes(Summary::lines));
        rows.push(gap());
        rows.push(plain("Kept".to_owned()));
        rows.extend(self.kept(WIDE - 2).into_iter().map(|line| plain(format!("  {line}"))));
        rows.extend([
            gap(),
            Row::Message,
            self.complaint(),
            Row::Text(
                format!("  y  {}     d  see the full diff first     n Esc  cancel", self.words()[3]),
                Tone::Strong,
            ),
        ]);
        rows
    }

    fn short_rows(&self) -> Vec<Row> {
        let plain = |text: String| Row::Text(text, Tone::Plain);
        let gap = || Row::Text(String::new(), Tone::Plain);
        let heads = format!("Head now  {}     New head  {}", number(self.head), number(self.makes()));
        let mut rows = vec![
            Row::Text(format!("{} {} {}", self.place.replace(" / ", "/"), self.words()[1], self.target), Tone::Strong),
            gap(),
            plain(heads),
        ];
        rows.extend(self.changes(Summary::lines));
        rows.push(gap());
        rows.extend(self.kept(NARROW).into_iter().map(plain));
        rows.extend([
            gap(),
            Row::Message,
            self.complaint(),
            Row::Text(format!("  y {}   d diff first   n Esc cancel", self.words()[3]), Tone::Strong),
        ]);
        rows
    }

    fn makes(&self) -> Version {
        match &self.preview {
            Some(Ok(preview)) => preview.plan.makes,
            _ => Version(self.head.0 + 1),
        }
    }

    fn changes(&self, words: impl Fn(&Summary) -> Vec<String>) -> Vec<Row> {
        match &self.preview {
            None => vec![Row::Text("  … being worked out".to_owned(), Tone::Dim)],
            Some(Err(why)) => vec![Row::Text(format!("  {}", visible(why)), Tone::Bad)],
            Some(Ok(preview)) => {
                words(&preview.summary).into_iter().map(|line| Row::Text(format!("  {line}"), Tone::Plain)).collect()
            }
        }
    }

    /// What stays, in lines of at most `columns`.
    fn kept(&self, columns: usize) -> Vec<String> {
        let snapshots = match self.snapshots {
            0 => String::new(),
            1 => "; the snapshot stays".to_owned(),
            many => format!("; all {} snapshots stay", thousands(many as u64)),
        };
        let kept = self.preview.as_ref().and_then(|preview| preview.as_ref().ok()?.plan.kept.as_ref());
        let line = match kept {
            Some((name, 1)) => format!(": 1 later transition stays on {}", visible(name)),
            Some((name, many)) => format!(": {} later transitions stay on {}", thousands(*many), visible(name)),
            None => String::new(),
        };
        let variants = if let Asked::Promote(_) = self.asked { "; the other variants stay open" } else { "" };
        let switch = kept.map(|(name, _)| format!(", or :switch {}", visible(name))).unwrap_or_default();
        wrap(&format!("Nothing is deleted{line}{snapshots}{variants}. Undo with u{switch}."), columns)
    }
}

impl Tone {
    fn style(self, look: &Look) -> Style {
        match self {
            Self::Plain => look.theme.text,
            Self::Strong => look.theme.strong,
            Self::Dim => look.theme.dim,
            Self::Bad => look.theme.failure,
        }
    }
}
