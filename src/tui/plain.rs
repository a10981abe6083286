//! `--plain`: the same program without a screen, for screen readers and pipes. A line is keys, a command or a moment;
//! the answer is a sentence, or the rows that were asked for. Nothing moves, and nothing is said twice.
//!
//! Uses the [`App`] with all its keys, names and boxes, and does its jobs one after the other.

use super::action::{ACTIONS, Group};
use super::app::{App, Effect, ProgramDocument, Setup};
use super::draw::{paint, render};
use super::job::{Job, TaskMessage};
use super::key::Key;
use super::keymap::Meaning;
use crate::view::Sign;
use crate::view::change_labels::ChangeLabel;
use crate::view::clock::date_time;
use crate::view::text::{SafeText, number, recorded, thousands};
use crate::view::words::Word;
use crate::{Error, record::Version};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::VecDeque;
use std::io::BufRead;
use std::time::Instant;

/// As large a screen as boxes and lists are laid out for; nobody sees it.
const AREA: Rect = Rect::new(0, 0, 120, 60);

/// Rows that an answer has at most.
const MOST_ROWS: usize = 50;

/// Whoever takes the answers, line by line.
type LineWriter<'s, E> = &'s mut dyn FnMut(&str) -> Result<(), E>;

struct Plain<'s, E> {
    app: App,
    say: LineWriter<'s, E>,
    over: bool,
}

/// What is said of a moment: compared with the one before, to say only what is new.
#[derive(PartialEq)]
struct PlainMoment {
    version: Option<Version>,
    pane: &'static str,
    row: String,
}

/// Reads lines until `q` or their end, and answers each.
///
/// # Errors
/// When nothing at all of the source can be read, or what `say` fails with.
pub fn run<E: From<Error>>(setup: Setup, lines: &mut dyn BufRead, say: LineWriter<'_, E>) -> Result<(), E> {
    let mut plain = Plain { app: App::new(setup, Instant::now()), say, over: false };
    let effects = plain.app.start();
    plain.perform(effects)?;
    plain.print_position()?;
    let mut line = Vec::new();
    while !plain.over {
        line.clear();
        let count = lines.read_until(b'\n', &mut line).map_err(Error::io("read", "the commands"))?;
        if count == 0 {
            break;
        }
        plain.take(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']))?;
    }
    Ok(())
}

impl<E: From<Error>> Plain<'_, E> {
    /// Takes one line: an answer to a box, else keys, a question, a command or a moment.
    fn take(&mut self, line: &str) -> Result<(), E> {
        let text = line.trim();
        let before = self.place();
        self.app.messages.settle();
        if self.app.dialog.is_some() {
            self.answer_box(line)?;
        } else if let Some(keys) = self.keys(text) {
            self.press(&keys)?;
        } else if let Some(rows) = self.answer(text) {
            return self.print_rows(rows);
        } else if !text.is_empty() {
            let outcome = self.app.command(text.trim_start_matches(':'));
            match outcome {
                Ok(effects) => self.perform(effects)?,
                Err(why) => self.app.messages.failure(format!("{why}. \"help\" lists all")),
            }
        }
        self.announce(&before)
    }

    /// The line as keys, if they mean something here.
    fn keys(&self, text: &str) -> Option<Vec<Key>> {
        // Written as hints show them, `gg`, or one by one, `g g`.
        let letters = || text.chars().map(|letter| Key::parse(&letter.to_string())).collect::<Option<Vec<Key>>>();
        let means = |keys: &Vec<Key>| {
            matches!(self.app.keymap.look_up(&self.app.contexts(), keys), Meaning::Action(_)) && !keys.is_empty()
        };
        Key::parse_sequence(text).filter(means).or_else(|| letters().filter(means))
    }

    fn press(&mut self, keys: &[Key]) -> Result<(), E> {
        for key in keys {
            let effects = self.app.key(*key).unwrap_or_default();
            self.perform(effects)?;
        }
        Ok(())
    }

    /// A box takes its own keys; anything else is typed into it, and Enter takes that.
    fn answer_box(&mut self, line: &str) -> Result<(), E> {
        if let Some(keys) = self.keys(line.trim()) {
            return self.press(&keys);
        }
        let letters: Vec<Key> = line.chars().filter_map(|letter| Key::parse(&letter.to_string())).collect();
        self.press(&letters)?;
        self.press(&Key::parse("Enter").into_iter().collect::<Vec<_>>())
    }

    /// The rows that answer a question; `None` when it is none.
    fn answer(&self, text: &str) -> Option<Vec<String>> {
        let session = self.app.session();
        let rows = match text {
            "where" => vec![self.where_words()],
            "state" => session.map(|session| session.tree.rows(MOST_ROWS).iter().map(tree_words).collect())?,
            "changes" => {
                let changes = &session?.changes;
                let lines = changes.lines(usize::from(AREA.width), MOST_ROWS);
                let list = lines.iter().map(|line| {
                    let sign = line.sign.map(Sign::name).unwrap_or_default();
                    joined(&[sign, &line.path.unmarked(), &plain_words(&line.words)])
                });
                let summary = changes.summary().lines(usize::MAX);
                summary.iter().map(|line| line.unmarked().into_owned()).chain(list).collect()
            }
            "versions" => {
                let session = session?;
                let list = session.transitions(MOST_ROWS);
                let words = list.rows.iter().map(|row| {
                    let here = if row.version == session.cursor { "here:" } else { "" };
                    let named =
                        |(name, cell): (&SafeText, &SafeText)| format!("{} {}", name.unmarked(), cell.unmarked());
                    let cells: Vec<String> = list.headings.iter().zip(&row.cells).map(named).collect();
                    let change = row.change.as_ref().filter(|_| row.label.is_empty()).map(ChangeLabel::words);
                    let label = change.as_ref().unwrap_or(&row.label).unmarked();
                    joined(&[
                        here,
                        &format!("#{}", row.number.unmarked()),
                        &row.since.unmarked(),
                        &label,
                        &row.result.unmarked(),
                        &cells.join(", "),
                    ])
                });
                words.collect()
            }
            "help" => self.help(),
            _ => return None,
        };
        Some(rows)
    }

    fn help(&self) -> Vec<String> {
        let contexts = self.app.contexts();
        let here = ACTIONS.iter().filter(|spec| contexts.contains(&spec.context) && spec.group != Group::Dialog);
        let words = here.map(|spec| {
            let keys = self.app.keymap.keys_text(spec);
            format!("{}: {}", joined(&[&keys, spec.name, &spec.form()]), spec.doc)
        });
        let questions =
            ["where, state, changes, versions, help: print something", "a moment moves there: 42, head~3, NAME"];
        questions.into_iter().map(str::to_owned).chain(words).collect()
    }

    /// One line for what was done: what was said, else the new version, else the new place or row.
    fn announce(&mut self, before: &PlainMoment) -> Result<(), E> {
        if self.over {
            return Ok(());
        }
        if self.app.dialog.is_some() {
            let rows = self.box_rows();
            return self.print_rows(rows);
        }
        let now = self.place();
        let said = self.app.messages.line().map(|message| message.text.unmarked().into_owned());
        let moved = (now.version != before.version).then(|| self.where_words());
        match (said, moved) {
            (Some(said), Some(moved)) => (self.say)(&format!("{said}. {moved}")),
            (Some(words), None) | (None, Some(words)) => (self.say)(&words),
            (None, None) if now.pane != before.pane => (self.say)(&format!("{}: {}", now.pane, now.row)),
            (None, None) => (self.say)(&now.row),
        }
    }

    fn place(&self) -> PlainMoment {
        let version = self.app.session().map(|session| session.cursor);
        PlainMoment { version, pane: self.app.place_name(), row: self.focused_row() }
    }

    fn print_position(&mut self) -> Result<(), E> {
        let words = match &self.app.dialog {
            Some(_) => self.box_rows(),
            None => vec![self.where_words()],
        };
        self.print_rows(words)
    }

    /// `#7 of 8, 08:56:45.553Z, release 2.0.0, ~1`.
    fn where_words(&self) -> String {
        let Some(session) = self.app.session() else { return "Nothing is open".to_owned() };
        let history = session.history();
        let info = history.info(session.cursor);
        let time = info.as_ref().and_then(|info| info.at).map(date_time).unwrap_or_default();
        let label = info.map(|info| recorded(&info.label).into_owned()).unwrap_or_default();
        let place = format!("{} of {}", number(session.cursor), thousands(history.newest().0));
        let parts = [place, time, label, session.changes.summary().signs().unmarked().into_owned()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// The words of the row that the terminal's cursor would be on.
    fn focused_row(&self) -> String {
        let mut buffer = Buffer::empty(AREA);
        let row = paint(&self.app, AREA, &mut buffer).row.intersection(AREA);
        spoken(&row.positions().map(|at| buffer[at].symbol()).collect::<String>())
    }

    /// What the open box says, without its frame.
    fn box_rows(&self) -> Vec<String> {
        let mut buffer = Buffer::empty(AREA);
        if let Some(boxed) = &self.app.dialog {
            boxed.dialog.paint(&self.app.around_box(), boxed.scroll, AREA, &mut buffer);
        }
        let rows = buffer.content.chunks(usize::from(AREA.width));
        let rows = rows.map(|row| spoken(&row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>()));
        rows.filter(|row| !row.is_empty()).collect()
    }

    fn print_rows(&mut self, rows: Vec<String>) -> Result<(), E> {
        rows.iter().try_for_each(|row| (self.say)(row))
    }

    /// Does effects at once, and what follows from them, and from what a screen would show then.
    fn perform(&mut self, effects: Vec<Effect>) -> Result<(), E> {
        self.perform_all(effects)?;
        let effects = render(&mut self.app, AREA, &mut Buffer::empty(AREA));
        self.perform_all(effects)
    }

    fn perform_all(&mut self, effects: Vec<Effect>) -> Result<(), E> {
        let mut waiting: VecDeque<Effect> = effects.into();
        while let Some(effect) = waiting.pop_front() {
            let mut messages: Vec<TaskMessage> = Vec::new();
            match effect {
                // Following has no end, and a line has to be answered.
                Effect::Start(task) if !matches!(task.job, Job::Follow(_)) => {
                    task.run(&mut |message| messages.push(message));
                }
                Effect::Copy(_, text)
                | Effect::Print(text)
                | Effect::Edit(ProgramDocument { text, .. })
                | Effect::Pipe(ProgramDocument { text, .. }, _) => self.print_text(&text)?,
                Effect::Quit(_) => self.over = true,
                // There is no screen, and nothing to come back to.
                Effect::Start(_) | Effect::Suspend | Effect::Repaint | Effect::Keep(_) | Effect::Mouse(_) => {}
            }
            for message in messages {
                waiting.extend(self.app.report(message, Instant::now()));
            }
            if let Some(error) = self.app.unopened.take() {
                return Err(error.into());
            }
            // A search goes on by itself.
            while let Some(now) = self.app.deadline().filter(|due| *due <= Instant::now()) {
                waiting.extend(self.app.wake(now).into_iter().flatten());
            }
        }
        Ok(())
    }

    fn print_text(&mut self, text: &str) -> Result<(), E> {
        self.print_rows(text.lines().map(str::to_owned).collect())
    }
}

/// `sessions 100, -50, changed`, indented by its depth.
fn tree_words(row: &crate::view::tree::TreeRow) -> String {
    let sign = row.sign.map(Sign::name).unwrap_or_default();
    format!(
        "{}{}",
        "  ".repeat(row.depth),
        joined(&[&row.key.unmarked(), &row.value.unmarked(), &row.note.unmarked(), sign])
    )
}

fn plain_words(words: &[Word]) -> String {
    words.iter().map(|word| word.text.unmarked()).collect()
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

/// A painted row as it should be read aloud: without lines and signs that only draw, single blanks.
fn spoken(row: &str) -> String {
    let drawn = |letter: char| matches!(letter, '\u{2500}'..='\u{257f}' | '▶' | '▾' | '▸' | '█' | '░');
    let words: String = row.chars().map(|letter| if drawn(letter) { ' ' } else { letter }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
