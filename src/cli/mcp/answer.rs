//! Pages of an answer: each fits the limit, words of this program outside of the marks, what was recorded between them.

use super::child::Printed;
use std::hash::{BuildHasher, RandomState};

/// The most that a page holds, in bytes, with all that stands around what was recorded.
pub const PAGE: usize = 4096;
/// The part of it for the first line and the marks.
const AROUND: usize = 600;
/// The longest notes on the first page, in bytes.
const NOTES: usize = 800;

/// What commands answered, ready to be read by pages.
#[derive(Debug, Clone)]
pub struct PagedAnswer {
    /// The command line, for people who want to see the same.
    asked: String,
    /// What was printed, with the notes in front.
    text: String,
    code: Option<i32>,
    is_cut: bool,
}

impl PagedAnswer {
    /// What a command printed.
    pub fn new(asked: &str, printed: Printed) -> Self {
        let Printed { mut out, notes, code, is_cut } = printed;
        if !notes.is_empty() {
            let shown = cut(&notes, NOTES);
            let more = if shown < notes.len() { "asof: (the rest of the notes is at the end)\n" } else { "" };
            let all = if more.is_empty() { "" } else { notes.as_str() };
            out = format!("{}{more}{out}{all}", &notes[..shown]);
        }
        Self { asked: asked.chars().take(300).collect(), text: out, code, is_cut }
    }

    /// Several answers as one: what the first says decides whether there is one.
    pub fn joined(asked: &str, answers: Vec<Self>) -> Self {
        let code = answers.first().and_then(|answer| answer.code);
        let is_cut = answers.iter().any(|answer| answer.is_cut);
        let part = |answer: Self| format!("$ {}\n{}", answer.asked, answer.text);
        let text = answers.into_iter().map(part).collect::<Vec<_>>().join("\n");
        Self { asked: asked.to_owned(), text, code, is_cut }
    }

    /// Whether nothing could be answered. A negative answer is one, and so is that of a source read in part.
    pub fn is_refusal(&self) -> bool {
        !matches!(self.code, Some(0 | 1 | 3)) && !self.is_cut
    }

    /// A page, counted from 1, in at most [`PAGE`] bytes.
    ///
    /// # Errors
    /// There are fewer pages.
    pub fn page(&self, number: usize) -> Result<String, String> {
        let pages = self.pages();
        let Some(text) = number.checked_sub(1).and_then(|at| pages.get(at)) else {
            return Err(format!("there are {} pages: page {number} is not one of them", pages.len()));
        };
        let mark = mark(text);
        let line = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        Ok(format!("{}\n<recorded-{mark}>\n{text}{line}</recorded-{mark}>", self.heading(number, pages.len())))
    }

    /// What came out, in the words of this program.
    fn heading(&self, number: usize, pages: usize) -> String {
        let came = match self.code {
            _ if self.is_cut => "cut after 1 MiB: ask for less".to_owned(),
            Some(0) => "done".to_owned(),
            Some(1) => "the answer is no: nothing found, or it does not hold".to_owned(),
            Some(3) => "a part of the source could not be read".to_owned(),
            Some(code) => format!("refused, exit code {code}"),
            None => "stopped".to_owned(),
        };
        let more = match pages {
            1 => String::new(),
            _ if number < pages => format!(" · page {number} of {pages}: ask again with page {}", number + 1),
            _ => format!(" · page {number} of {pages}, the last"),
        };
        format!("{} · {came}{more}", self.asked)
    }

    fn pages(&self) -> Vec<&str> {
        let (mut rest, mut pages) = (self.text.as_str(), Vec::new());
        while !rest.is_empty() {
            let (page, after) = rest.split_at(cut(rest, PAGE - AROUND - self.asked.len()));
            pages.push(page);
            rest = after;
        }
        if pages.is_empty() { vec![""] } else { pages }
    }
}

/// Where a text is cut for so many bytes: behind a line where one ends in the second half, else behind a character.
fn cut(text: &str, bytes: usize) -> usize {
    if text.len() <= bytes {
        return text.len();
    }
    let fits = (0..=bytes).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[..fits].rfind('\n').map(|at| at + 1).filter(|at| *at > fits / 2).unwrap_or(fits)
}

/// A mark that nobody knew when the text was written, and that is not in it.
fn mark(text: &str) -> String {
    let marks = std::iter::repeat_with(|| format!("{:08x}", RandomState::new().hash_one(0) >> 32));
    marks.into_iter().find(|mark| !text.contains(mark.as_str())).unwrap_or_default()
}
