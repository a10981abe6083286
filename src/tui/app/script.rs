//! `:source FILE`: commands that run one after the other, with pauses, for demos that repeat exactly.
//!
//! One command a line as after `:`; `pause 500ms` waits; `keys , , d` presses keys as the table of keys writes them, with
//! a moment between them; `say TEXT` shows a message; `#` begins a comment. Esc stops it.

use super::{App, Effect};
use crate::escape::in_quotes;
use crate::record::Version;
use crate::tui::action::by_name;
use crate::tui::key::Key;
use crate::tui::message::MessageTone;
use crate::view::text::joined;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptStep {
    /// Waits.
    Pause(Duration),
    /// Presses a key.
    Press(Key),
    /// Shows a message.
    Say(String),
    /// Runs a command.
    Command(String),
    /// Selects the run of versions that begins there, once it is found.
    Hit(Version),
}

/// What is left of a script.
#[derive(Debug, Clone)]
pub struct Script {
    steps: VecDeque<ScriptStep>,
    /// When the next step is done.
    pub due: Instant,
}

/// Between two keys.
const BETWEEN_KEYS: Duration = Duration::from_millis(120);

/// Longest pause of a script.
const LONGEST: Duration = Duration::from_mins(1);

/// Steps of a script, at most.
const MOST_STEPS: usize = 10_000;

/// Reads a script.
///
/// # Errors
/// A sentence with the line that is wrong.
pub fn parse(text: &str) -> Result<VecDeque<ScriptStep>, String> {
    let mut steps = VecDeque::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches(':');
        if !line.is_empty() && !line.starts_with('#') {
            steps.extend(step(line).map_err(|why| format!("line {}: {why}", at + 1))?);
        }
        if steps.len() > MOST_STEPS {
            return Err(format!("line {}: a script has at most {MOST_STEPS} steps", at + 1));
        }
    }
    Ok(steps)
}

fn step(line: &str) -> Result<Vec<ScriptStep>, String> {
    let (word, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(word, rest)| (word, rest.trim()));
    match word {
        "pause" => duration(rest).map(|pause| vec![ScriptStep::Pause(pause)]),
        "keys" => {
            let keys = Key::parse_sequence(rest).filter(|keys| !keys.is_empty());
            let keys = keys.ok_or_else(|| format!("not keys: {}; write , S-Left ] c", in_quotes(rest)))?;
            Ok(keys.into_iter().flat_map(|key| [ScriptStep::Press(key), ScriptStep::Pause(BETWEEN_KEYS)]).collect())
        }
        "say" => Ok(vec![ScriptStep::Say(rest.to_owned())]),
        _ => Ok(vec![ScriptStep::Command(line.to_owned())]),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len()));
    let number: Option<u64> = number.trim().parse().ok();
    let pause = match (number, unit) {
        (Some(number), "ms") => Some(Duration::from_millis(number)),
        (Some(number), "s" | "") => Some(Duration::from_secs(number)),
        _ => None,
    };
    pause
        .filter(|pause| *pause <= LONGEST)
        .ok_or_else(|| format!("not a pause: {}; use 500ms or 2s, at most one minute", in_quotes(text)))
}

impl App {
    /// Begins a script that has been read.
    pub(super) fn begin_script(&mut self, text: Result<String, String>) {
        match text.and_then(|text| parse(&text)) {
            Ok(steps) => self.begin_steps(steps),
            Err(why) => self.messages.failure(joined!["Not run: ", why]),
        }
    }

    /// Begins steps, after those of a script that runs.
    pub(super) fn begin_steps(&mut self, steps: VecDeque<ScriptStep>) {
        if !steps.is_empty() {
            let due = self.now;
            self.script.get_or_insert_with(|| Script { steps: VecDeque::new(), due }).steps.extend(steps);
        }
    }

    /// Whether there was a script to stop.
    pub(super) fn stop_script(&mut self) -> bool {
        self.script.take().is_some()
    }

    /// Does what is due of a script. A line that cannot be done ends it: what follows was meant for after it.
    pub(super) fn go_on_with_script(&mut self) -> Option<Vec<Effect>> {
        let script = self.script.as_mut().filter(|script| self.now >= script.due)?;
        let Some(step) = script.steps.pop_front() else {
            self.script = None;
            return None;
        };
        Some(match step {
            ScriptStep::Pause(pause) => {
                script.due = self.now + pause;
                Vec::new()
            }
            ScriptStep::Press(key) => self.key(key).unwrap_or_default(),
            ScriptStep::Say(text) => {
                self.messages.note(text);
                Vec::new()
            }
            ScriptStep::Command(command) => self.script_command(&command),
            ScriptStep::Hit(version) => {
                self.select_hit(version);
                Vec::new()
            }
        })
    }

    fn script_command(&mut self, command: &str) -> Vec<Effect> {
        match self.command(command) {
            Ok(effects) => {
                if self.messages.line().is_some_and(|said| said.tone == MessageTone::Failure) {
                    self.script = None;
                }
                effects
            }
            Err(why) => {
                self.script = None;
                self.messages.failure(joined!["The script stopped: ", why]);
                Vec::new()
            }
        }
    }

    /// Runs a command exactly as written: a name with its argument, or a moment to go to.
    ///
    /// # Errors
    /// A sentence, when it is neither.
    pub fn command(&mut self, text: &str) -> Result<Vec<Effect>, String> {
        let (name, argument) = text.split_once(' ').unwrap_or((text, ""));
        let argument = argument.trim();
        if let Some(spec) = by_name(name).filter(|spec| argument.is_empty() || spec.has_argument()) {
            return Ok(self.request(spec, argument));
        }
        let version = self.resolve(text).map_err(|error| format!("neither a command nor a moment: {error}"))?;
        self.messages.settle();
        self.jump(Some(version), "");
        Ok(self.fetch().into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[ScriptStep]) {
        assert_eq!(parse(text).map(Vec::from).as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn lines_are_commands_pauses_keys_and_words() {
        check("# a tour\n\n:goto 3\nplay", &[ScriptStep::Command("goto 3".into()), ScriptStep::Command("play".into())]);
        check(
            "pause 500ms\npause 2s\npause 1",
            &[500, 2000, 1000].map(|ms| ScriptStep::Pause(Duration::from_millis(ms))),
        );
        check("say  look here ", &[ScriptStep::Say("look here".into())]);
        let key = |name| {
            Key::parse(name).into_iter().map(ScriptStep::Press).next().unwrap_or(ScriptStep::Pause(Duration::ZERO))
        };
        let between = || ScriptStep::Pause(BETWEEN_KEYS);
        check("keys , S-Left", &[key(","), between(), key("S-Left"), between()]);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        for (text, why) in [("goto 1\npause soon", "line 2"), ("keys Strg-x", "line 1"), ("pause 2h", "not a pause")] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
