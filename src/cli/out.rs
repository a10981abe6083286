//! Standard output and standard error: the only place that writes to either. Output is buffered and every failure is
//! noticed; text from data is made visible before a terminal could act on it.

use super::cells::{CellWidths, RowCell};
use super::exit::Stop;
use crate::Error;
use crate::export::json::{JsonOutput, inert};
use crate::tui::config;
use crate::tui::theme::color::{self, Level, OutputKind};
use crate::view::text::visible;
use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Stdout, Write};

/// Standard output.
pub struct Out {
    to: BufWriter<Stdout>,
    /// Whether a person reads it directly.
    terminal: bool,
    /// Whether colour is welcome.
    colour: bool,
}

/// What is left to say when writing failed.
type OutputResult<T = ()> = Result<T, Stop>;

impl Out {
    /// Standard output as it is now.
    pub fn new() -> Self {
        let terminal = io::stdout().is_terminal();
        let output = if terminal { OutputKind::Terminal } else { OutputKind::Elsewhere };
        let colour = color::level("auto", &config::variable, output).is != Level::None;
        Self { to: BufWriter::with_capacity(64 * 1024, io::stdout()), terminal, colour }
    }

    /// Whether a person reads it directly.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether colour is welcome, once the arguments are known.
    pub fn set_colour(&mut self, level: Level) {
        self.colour = level != Level::None;
    }

    /// Whether colour is welcome.
    pub fn wants_colour(&self) -> bool {
        self.colour
    }

    /// A line of text, with what a terminal would act on made visible.
    pub fn line(&mut self, text: &str) -> OutputResult {
        self.raw_line(&visible(text))
    }

    /// A row of cells under these columns.
    pub fn row(&mut self, columns: &CellWidths, cells: &[RowCell]) -> OutputResult {
        let text = columns.line(cells, self.colour);
        self.raw_line(&text)
    }

    /// A whole table, as wide as its cells.
    pub fn table(&mut self, rows: &[Vec<RowCell>]) -> OutputResult {
        let columns = CellWidths::of(rows);
        rows.iter().try_for_each(|row| self.row(&columns, row))
    }

    /// One object on one line.
    pub fn json(&mut self, json: &JsonOutput) -> OutputResult {
        self.raw_line(&json.line())
    }

    /// JSON text over as many lines as it has.
    pub fn json_text(&mut self, text: String) -> OutputResult {
        self.raw_line(&inert(text))
    }

    /// Text that is known to be harmless: help, completions, an export's lines.
    pub fn raw_line(&mut self, text: &str) -> OutputResult {
        self.to.write_all(text.as_bytes()).and_then(|()| self.to.write_all(b"\n")).map_err(lost)
    }

    /// Writes out what is still held back. Not called: the last of the output may be lost without a word.
    pub fn flush(&mut self) -> OutputResult {
        self.to.flush().map_err(lost)
    }
}

fn lost(source: io::Error) -> Stop {
    if source.kind() == ErrorKind::BrokenPipe {
        return Stop::ReaderGone;
    }
    Error::io("write", "standard output")(source).into()
}

/// A sentence on standard error. A standard error that cannot be written to is nobody's loss.
pub fn note(words: impl Display) {
    let _ = writeln!(io::stderr(), "asof: {}", visible(&words.to_string()));
}

/// Lines on standard error, each made visible.
pub fn note_lines(text: &str) {
    let mut to = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(to, "{}", visible(line));
    }
}

/// Asks a question on standard error; only `y` and `yes` are a yes.
pub fn confirmed(question: &str) -> Result<bool, Error> {
    let answer = typed(&format!("{question} [y/N]"))?;
    Ok(matches!(answer.as_str(), "y" | "Y" | "yes" | "Yes"))
}

/// Asks on standard error; answers what was typed, without blanks at its ends.
pub fn typed(question: &str) -> Result<String, Error> {
    let _ = write!(io::stderr(), "{} ", visible(question));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(Error::io("read", "standard input"))?;
    Ok(answer.trim().to_owned())
}

/// Whether a question would reach a person and the answer come from one.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
