//! Putting a text on the clipboard, by the route that was chosen.
//!
//! Inside tmux its buffer takes the text, and says so. The terminal's own route (OSC 52) works over ssh, but no terminal
//! says whether it took the text. Every message names the way. Must not name: `app`.

use super::terminal;
use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use std::fmt;
use std::io::{self, Write};
use std::process::{Child, Command as Process, ExitStatus, Stdio};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

/// How a text gets to the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// Inside tmux into its buffer, and from there to the terminal outside; else through the terminal, plainly.
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

/// How long a program may take over a text.
const PATIENCE: Duration = Duration::from_secs(2);

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
        match self {
            Self::Auto => in_tmux().is_none().then_some(MOST_OSC52),
            Self::Osc52 | Self::Osc52Tmux => Some(MOST_OSC52),
            Self::Command | Self::Off => None,
        }
    }

    /// Sends the text on its way; answers which that was, after `Copied 12 B`.
    ///
    /// # Errors
    /// When it certainly did not arrive; what a terminal does with it nobody can know.
    pub fn put(self, text: &str) -> io::Result<&'static str> {
        match self {
            Self::Auto if in_tmux().is_some() => match through_tmux(text) {
                Err(_) if text.len() <= MOST_OSC52 => Self::Osc52Tmux.put(text),
                outcome => outcome,
            },
            Self::Auto | Self::Osc52 => {
                terminal::send(CopyToClipboard::to_clipboard_from(text))?;
                Ok(UNCONFIRMED)
            }
            Self::Osc52Tmux => {
                terminal::send(Wrapped(CopyToClipboard::to_clipboard_from(text)))?;
                Ok("through tmux to the terminal outside (OSC 52, not confirmed; needs allow-passthrough)")
            }
            Self::Command => through_program(text),
            Self::Off => Err(io::Error::other("the clipboard is off")),
        }
    }
}

/// The way of a text that the terminal takes or not.
pub const UNCONFIRMED: &str = "through the terminal (OSC 52, not confirmed)";

/// What names the tmux that this runs in.
fn in_tmux() -> Option<std::ffi::OsString> {
    std::env::var_os("TMUX").filter(|socket| !socket.is_empty())
}

/// Into tmux's buffer, and with `-w` (tmux 3.2) from there to the terminal outside. Older ones take it into the buffer.
fn through_tmux(text: &str) -> io::Result<&'static str> {
    match feed("tmux", &["load-buffer", "-w", "-"], text) {
        Ok(()) => Ok("through tmux (load-buffer)"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error),
        Err(_) => feed("tmux", &["load-buffer", "-"], text).map(|()| "into the buffer of tmux only"),
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
fn through_program(text: &str) -> io::Result<&'static str> {
    let mut last = io::Error::other("no clipboard program works here (wl-copy, xclip, xsel, pbcopy)");
    for &(program, arguments, _) in PROGRAMS.iter().filter(|(_, _, needs)| std::env::var_os(needs).is_some()) {
        match feed(program, arguments, text) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => last = error,
            Ok(()) => return Ok(way(program)),
        }
    }
    Err(last)
}

fn way(program: &str) -> &'static str {
    match program {
        "wl-copy" => "through wl-copy",
        "xclip" => "through xclip",
        "xsel" => "through xsel",
        _ => "through pbcopy",
    }
}

fn feed(program: &str, arguments: &[&str], text: &str) -> io::Result<()> {
    let mut child = Process::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let input = child.stdin.take();
    let status = thread::scope(|scope| {
        if let Some(mut input) = input {
            scope.spawn(move || drop(input.write_all(text.as_bytes())));
        }
        wait(&mut child)
    })?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{program} failed: {status}"))) }
}

/// Waits for its end, but not for ever: keys wait meanwhile.
fn wait(child: &mut Child) -> io::Result<ExitStatus> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::other("no answer within two seconds"));
        }
        thread::sleep(Duration::from_millis(2));
    }
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
        assert_eq!(Clipboard::Osc52.most(), Some(MOST_OSC52));
    }
}
