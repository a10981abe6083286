//! A program that knows what an event does: it is asked line by line, for as long as the source lasts.
//!
//! A line is `{"state":…,"action":…}`; the answer is a line with the next state. A program that ends, or keeps silent, ends
//! the import with what it said last.

use super::git::child::RunningGit;
use crate::error::of_system;
use crate::value::{self, Value};
use std::io::{self, BufRead as _, Write as _};
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Characters of what it said last that are told.
const SAID: usize = 300;

/// A running reducer.
pub(super) struct Reducer {
    command: String,
    running: Option<RunningGit>,
    input: Option<ChildStdin>,
    line: String,
}

/// What it answered.
pub(super) enum ReducerAnswer {
    /// The next state.
    State(Value),
    /// No state, and why.
    Wrong(String),
}

impl Reducer {
    /// Starts a command of the shell.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &str) -> io::Result<Self> {
        Self::start_patient(command, PATIENCE)
    }

    fn start_patient(command: &str, patience: Duration) -> io::Result<Self> {
        let mut shell = Command::new("sh");
        // What a program prints into a pipe it holds back by default, some until its end.
        shell.args(["-c", command]).env("PYTHONUNBUFFERED", "1").stdin(Stdio::piped());
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let mut running = RunningGit::start(shell, patience)?;
        let input = running.take_stdin();
        Ok(Self { command: command.to_owned(), running: Some(running), input, line: String::new() })
    }

    /// What an event does to a state.
    ///
    /// # Errors
    /// A sentence, when it cannot answer any more.
    pub fn ask(&mut self, state: &Value, event: &Value) -> Result<ReducerAnswer, String> {
        self.line.clear();
        let question = format!("{{\"state\":{},\"action\":{}}}\n", state.to_json(), event.to_json());
        let answered = self.put(question.as_bytes()).and_then(|()| self.answer());
        match answered {
            Ok(0) => Err(self.ended()),
            Ok(_) => Ok(match value::parse(self.line.trim().as_bytes()) {
                Ok(state) => ReducerAnswer::State(state),
                Err(error) => {
                    let said: String = self.line.trim().chars().take(SAID).collect();
                    ReducerAnswer::Wrong(format!("the reducer's answer is not JSON ({error}): {said}"))
                }
            }),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                Err(format!("the reducer `{}`: {error}; it must flush each line it writes", self.command))
            }
            Err(_) => Err(self.ended()),
        }
    }

    fn put(&mut self, question: &[u8]) -> io::Result<()> {
        let Some(input) = &mut self.input else { return Err(io::ErrorKind::BrokenPipe.into()) };
        input.write_all(question)?;
        input.flush()
    }

    /// Bytes of the answer, which is in `line` then; 0 at its end.
    fn answer(&mut self) -> io::Result<usize> {
        let Some(running) = &mut self.running else { return Ok(0) };
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\n") {
            let chunk = running.out.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', chunk).map_or(chunk.len(), |end| end + 1);
            bytes.extend_from_slice(&chunk[..end]);
            running.out.consume(end);
            if bytes.len() as u64 > 2 * value::MAX_SIZE {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
        self.line = String::from_utf8_lossy(&bytes).into_owned();
        Ok(bytes.len())
    }

    /// How it ended, and what it said last.
    fn ended(&mut self) -> String {
        drop(self.input.take());
        let command = &self.command;
        let Some(ended) = self.running.take().map(RunningGit::finish) else {
            return format!("the reducer `{command}` has ended");
        };
        match ended {
            Ok(ended) => {
                let how = ended.status.to_string();
                let last: Vec<&str> = ended.stderr.lines().rev().take(3).collect();
                let said: String = last.into_iter().rev().collect::<Vec<_>>().join(" / ").chars().take(SAID).collect();
                let colon = if said.is_empty() { "" } else { ": " };
                format!("the reducer `{command}` ended ({how}) before it answered this event{colon}{said}")
            }
            Err(error) => format!("the reducer `{command}` no longer answers: {}", of_system(&error)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn asked(command: &str, patience: Duration) -> String {
        let mut reducer = Reducer::start_patient(command, patience).unwrap();
        let (state, event) = (value::parse(b"{\"n\":1}").unwrap(), value::parse(b"{\"type\":\"INC\"}").unwrap());
        match reducer.ask(&state, &event) {
            Ok(ReducerAnswer::State(state)) => format!("state {}", state.to_json()),
            Ok(ReducerAnswer::Wrong(why)) | Err(why) => why,
        }
    }

    #[test]
    fn a_reducer_answers_or_it_is_said_why_not() {
        let long = Duration::from_mins(1);
        for (command, patience, expected) in [
            ("cat", long, "state {\"action\":{\"type\":\"INC\"},\"state\":{\"n\":1}}"),
            ("read line; echo '[1,2]'; read more", long, "state [1,2]"),
            ("read line; printf 5", long, "state 5"),
            ("read line; echo oops; read more", long, "the reducer's answer is not JSON ("),
            ("echo broken >&2; exit 3", long, "the reducer `echo broken >&2; exit 3` ended (exit status: 3)"),
            (
                "read line; echo last words >&2",
                long,
                "the reducer `read line; echo last words >&2` ended (exit status: 0) before it answered this event: last words",
            ),
            ("no-such-program-anywhere", long, "the reducer `no-such-program-anywhere` ended (exit status: 127)"),
            (
                "sleep 600",
                Duration::from_millis(50),
                "the reducer `sleep 600`: it did not answer for 0.05 s and was stopped; it must flush",
            ),
        ] {
            let found = asked(command, patience);
            assert!(found.starts_with(expected), "{command}: {found}");
        }
    }
}
