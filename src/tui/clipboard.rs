//! Putting a text on the clipboard, by the route that was chosen.
//!
//! The terminal's own route (OSC 52) works over ssh and inside tmux, but no terminal says whether it took the text; so
//! every message names the route. Must not name: `app`.

use super::terminal;
use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use std::fmt;
use std::io::{self, Write};
use std::process::{Command as Process, Stdio};
use std::str::FromStr;

/// How a text gets to the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// Through the terminal, plainly; tmux and screen know the sequence.
    #[default]
    Auto,
    /// Through the terminal, plainly.
    Osc52,
    /// Through the terminal, wrapped so that an outer tmux hands it on unread.
    Osc52Tmux,
    /// Through a program of the desktop.
    Command,
    /// Not at all: the text is printed instead.
    Off,
}

/// The names that options use.
const NAMES: [(&str, Clipboard); 5] = [
    ("auto", Clipboard::Auto),
    ("osc52", Clipboard::Osc52),
    ("osc52-tmux", Clipboard::Osc52Tmux),
    ("command", Clipboard::Command),
    ("off", Clipboard::Off),
];

impl FromStr for Clipboard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = NAMES.iter().find(|(name, _)| *name == text).map(|(_, clipboard)| *clipboard);
        known.ok_or_else(|| format!("one of {}", NAMES.map(|(name, _)| name).join(", ")))
    }
}

/// Terminals drop longer texts, some without a word.
const MOST_OSC52: usize = 74_000;

/// Programs that take a clipboard's text on standard input, and what says that they can work here.
const PROGRAMS: [(&str, &[&str], &str); 4] = [
    ("wl-copy", &[], "WAYLAND_DISPLAY"),
    ("xclip", &["-selection", "clipboard"], "DISPLAY"),
    ("xsel", &["--clipboard", "--input"], "DISPLAY"),
    ("pbcopy", &[], "HOME"),
];

impl Clipboard {
    /// The longest text that goes this way, in bytes.
    pub fn most(self) -> Option<usize> {
        matches!(self, Self::Auto | Self::Osc52 | Self::Osc52Tmux).then_some(MOST_OSC52)
    }

    /// The route in words, after `Copied 12 B`.
    pub fn route(self) -> &'static str {
        match self {
            Self::Auto | Self::Osc52 => "through the terminal (OSC 52; one that does not allow it ignores it)",
            Self::Osc52Tmux => "through tmux to the terminal outside (OSC 52; needs allow-passthrough)",
            Self::Command => "through the desktop's own program",
            Self::Off => "nowhere: the clipboard is off",
        }
    }

    /// Sends the text on its way.
    ///
    /// # Errors
    /// When it certainly did not arrive; what a terminal does with it nobody can know.
    pub fn put(self, text: &str) -> io::Result<()> {
        match self {
            Self::Auto | Self::Osc52 => terminal::send(CopyToClipboard::to_clipboard_from(text)),
            Self::Osc52Tmux => terminal::send(Wrapped(CopyToClipboard::to_clipboard_from(text))),
            Self::Command => through_program(text),
            Self::Off => Err(io::Error::other("the clipboard is off")),
        }
    }
}

/// A sequence for the terminal outside tmux: wrapped, each Escape doubled.
struct Wrapped<C>(C);

impl<C: Command> Command for Wrapped<C> {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let mut plain = String::new();
        self.0.write_ansi(&mut plain)?;
        write!(f, "\u{1b}Ptmux;{}\u{1b}\\", plain.replace('\u{1b}', "\u{1b}\u{1b}"))
    }
}

/// The first program that is there and takes it.
fn through_program(text: &str) -> io::Result<()> {
    let mut last = io::Error::other("none of wl-copy, xclip, xsel, pbcopy can work here");
    for (program, arguments, _) in PROGRAMS.iter().filter(|(_, _, needs)| std::env::var_os(needs).is_some()) {
        match feed(program, arguments, text) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => last = error,
            Ok(()) => return Ok(()),
        }
    }
    Err(last)
}

fn feed(program: &str, arguments: &[&str], text: &str) -> io::Result<()> {
    let mut child = Process::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{program} failed: {status}"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tmux_hands_on_what_is_wrapped() {
        let mut text = String::new();
        Wrapped(CopyToClipboard::to_clipboard_from("hi")).write_ansi(&mut text).unwrap_or_default();
        assert_eq!(text, "\u{1b}Ptmux;\u{1b}\u{1b}]52;c;aGk=\u{1b}\u{1b}\\\u{1b}\\");
    }

    #[test]
    fn off_fails_so_that_the_text_is_printed() {
        assert!(Clipboard::Off.put("x").is_err());
        assert_eq!(Clipboard::Off.most(), None);
        assert!(Clipboard::default().most().is_some());
    }
}
