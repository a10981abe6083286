//! The boxes on top of the panes: questions, lines to type, lists to choose from, notices.
//!
//! A dialog turns actions into an [`DialogAnswer`] and paints itself. Must not name: threads.

mod bottom;
pub mod chooser;
pub mod compact;
pub mod confirm;
pub mod form;
pub mod frame;
mod guard;
pub mod leaving;
pub mod line;
pub mod notice;
pub mod rollback;
pub mod rows;
pub mod sheet;

use super::action::{Action, Context};
use super::frame_map::BoxMap;
use super::job::{Job, Write};
use super::keymap::Keymap;
use super::look::Look;
use crate::source::Address;
use crate::view::text::SafeText;
use chooser::{ChoiceSource, Chooser, Pick};
use compact::Compaction;
use confirm::Confirm;
use crossterm::event::Event;
use form::{Form, Purpose};
use leaving::{Ending, Leaving};
pub use notice::AfterUnopened;
use notice::Notice;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rollback::RollbackQuestion;
use rows::{DialogRow, SentenceTone};
use sheet::{Scroll, Sheet};

/// A box on top.
pub enum Dialog {
    /// May a past state, or a variant's, become the new head?
    Rollback(Box<RollbackQuestion>),
    /// May old history be cut off?
    Compact(Box<Compaction>),
    /// Anything else that asks first.
    Confirm(Box<Confirm>),
    /// One or more lines to type.
    Form(Form),
    /// A list narrowed by typing: commands, keys, tenants.
    Chooser(Chooser),
    /// Something to read.
    Notice(Notice),
    /// What should become of tasks that must finish, before the program ends?
    Leaving(Leaving),
}

/// What a dialog came to.
pub enum DialogAnswer {
    /// It goes on.
    Stay,
    /// It is over, and nothing follows.
    Close,
    /// The program should end, once what would be lost has been dealt with so.
    End(Leaving, Ending),
    /// It wants the command before the one shown.
    Earlier,
    /// It wants what is selected taken into its line.
    Complete,
    /// It waits while its diff is looked at.
    Park,
    /// This should be written.
    Write(Write),
    /// This should be opened, or tried again.
    Open(Address),
    /// These lines were typed.
    Form(Purpose, Vec<String>),
    /// This was chosen, with the text that was typed for it.
    Pick(Pick, String),
}

/// Whether what a box says is still so.
pub enum BoxFacts {
    /// It is, or has been put right.
    Hold,
    /// A job works it out anew.
    WorkedOutBy(Job),
    /// What it asks makes no sense any more, and why.
    Gone(SafeText),
}

/// What a box needs to know of the screen around it to be painted.
pub struct Around<'a> {
    /// The keys that its rows name.
    pub keymap: &'a Keymap,
    /// Colours and signs.
    pub look: &'a Look,
    /// Tasks that must finish, in words.
    pub unfinished: Vec<SafeText>,
    /// What a line that takes effect while it is typed has found.
    pub found: SafeText,
    /// Whether a write asks next where to save the recording.
    pub asks_for_place: bool,
}

/// What a question says where its write needs a recording on the disk.
const ASKS_FOR_PLACE: &str = "Not on the disk yet: where to save it is asked next.";

impl Dialog {
    /// Whether its answer is for one tenant.
    pub fn is_about_a_tenant(&self) -> bool {
        match self {
            Self::Rollback(_) | Self::Compact(_) | Self::Confirm(_) => true,
            Self::Form(form) => form.is_about_a_tenant(),
            Self::Chooser(chooser) => chooser.is_about_a_tenant(),
            Self::Notice(_) | Self::Leaving(_) => false,
        }
    }

    /// Whether a job works out what it says.
    pub fn is_worked_out(&self) -> bool {
        matches!(self, Self::Rollback(_) | Self::Compact(_))
    }

    /// Which keys hold.
    pub fn context(&self) -> Context {
        match self {
            Self::Rollback(question) => question.context(),
            Self::Compact(question) => question.context(),
            Self::Confirm(confirm) => confirm.context(),
            Self::Form(_) => Context::Prompt,
            Self::Chooser(_) => Context::Chooser,
            Self::Notice(_) => Context::Notice,
            Self::Leaving(leaving) => leaving.context(),
        }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> DialogAnswer {
        match self {
            Self::Rollback(question) => question.act(action),
            Self::Compact(question) => question.act(action),
            Self::Confirm(confirm) => confirm.act(action),
            Self::Form(form) => form.act(action),
            Self::Chooser(chooser) => chooser.act(action),
            Self::Notice(notice) => notice.act(action),
            Self::Leaving(leaving) => leaving.act(action),
        }
    }

    /// Whether it tells of something that can be tried again.
    pub fn can_retry(&self) -> bool {
        matches!(self, Self::Notice(notice) if notice.can_retry())
    }

    /// Whether it is read from top to bottom, so that keys scroll it: no list to choose from.
    pub fn is_read(&self) -> bool {
        !matches!(self, Self::Chooser(_))
    }

    /// Whether it is a form with several fields.
    pub fn has_fields(&self) -> bool {
        matches!(self, Self::Form(form) if form.has_fields())
    }

    /// Gives a key to the line being typed; whether there is one that took it.
    pub fn type_event(&mut self, event: &Event) -> bool {
        self.input().is_some_and(|input| input.handle(event))
    }

    /// Pastes into the line being typed, if there is one; answers how many letters it had no room for.
    pub fn paste(&mut self, text: &str) -> Option<usize> {
        self.input().map(|input| input.paste(text))
    }

    /// After the line has changed.
    pub fn typed(&mut self, choices: &impl ChoiceSource) {
        if let Self::Chooser(chooser) = self {
            chooser.narrow(choices);
        }
    }

    /// Takes what is selected into the line.
    pub fn complete(&mut self, choices: &impl ChoiceSource) {
        if let Self::Chooser(chooser) = self {
            chooser.take_selected(choices);
        }
    }

    /// With the earlier command before the one shown.
    #[must_use]
    pub fn with_earlier(mut self, choices: &impl ChoiceSource) -> Self {
        if let Self::Chooser(chooser) = &mut self {
            chooser.earlier(choices);
        }
        self
    }

    /// The text of a line that takes effect while it is typed.
    pub fn live(&self) -> Option<&str> {
        if let Self::Form(form) = self { form.live() } else { None }
    }

    /// What it says on a screen; `None` of a line at the bottom.
    pub fn sheet(&self, around: &Around<'_>, area: Rect) -> Option<Sheet<'_>> {
        let mut sheet = match self {
            Self::Rollback(question) => question.sheet(around.keymap, area),
            Self::Compact(question) => question.sheet(around.keymap, area),
            Self::Confirm(confirm) => confirm.sheet(around.keymap),
            Self::Form(form) if form.live().is_some() => return None,
            Self::Form(form) => form.sheet(around.keymap),
            Self::Notice(notice) => notice.sheet(),
            Self::Leaving(leaving) => leaving.sheet(around.unfinished.clone(), around.keymap),
            Self::Chooser(chooser) => chooser.sheet(area),
        };
        if around.asks_for_place && self.writes() {
            sheet.rows.extend([DialogRow::gap(), DialogRow::Text(ASKS_FOR_PLACE.into(), SentenceTone::Dim)]);
        }
        Some(sheet)
    }

    /// Whether a yes to it is a write.
    fn writes(&self) -> bool {
        match self {
            Self::Rollback(_) | Self::Compact(_) | Self::Confirm(_) => true,
            Self::Form(form) => form.writes(),
            Self::Chooser(_) | Self::Notice(_) | Self::Leaving(_) => false,
        }
    }

    pub fn paint(&self, around: &Around<'_>, scroll: Scroll, area: Rect, buf: &mut Buffer) -> BoxMap {
        if let Some(sheet) = self.sheet(around, area) {
            return sheet.paint(around.look, area, scroll, buf);
        }
        let Self::Form(form) = self else { return BoxMap::default() };
        let bottom = form.bottom(&around.found, around.keymap);
        BoxMap { cursor: bottom.and_then(|bottom| bottom.paint(around.look, area, buf)), ..BoxMap::default() }
    }

    fn input(&mut self) -> Option<&mut line::EditLine> {
        match self {
            Self::Rollback(question) => question.line_mut(),
            Self::Compact(question) => question.line_mut(),
            Self::Confirm(confirm) => confirm.line_mut(),
            Self::Form(form) => form.line_mut(),
            Self::Chooser(chooser) => Some(&mut chooser.line),
            Self::Notice(_) | Self::Leaving(_) => None,
        }
    }
}
