//! What is measured on a branch, and which way is better.
//!
//! Must not name: `history`.

use crate::escape::in_quotes;
use crate::value::{Number, Text};

/// One figure.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name. The one named `score` is the variant's score.
    pub name: Text,
    /// The measured figure.
    pub value: Number,
    /// Of what: `ms`, `/s`, `%`; may be empty.
    pub unit: Text,
    /// Which way is better; `None` takes what was said of this metric before.
    pub goal: Option<Goal>,
}

/// Which way of a figure is better; the last four are guardrails: a variant that breaks one cannot win.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Goal {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// It must be what the baseline has.
    Equal,
    /// It must be 0.
    Zero,
    /// It must not be above this.
    AtMost(Number),
    /// It must not be below this.
    AtLeast(Number),
}

impl Metric {
    /// A figure without unit or goal.
    pub fn new(name: &str, value: impl Into<Number>) -> Self {
        Self { name: name.into(), value: value.into(), unit: Text::new(), goal: None }
    }

    /// The same, with a unit.
    #[must_use]
    pub fn unit(self, unit: &str) -> Self {
        Self { unit: unit.into(), ..self }
    }

    /// The same, with a goal.
    #[must_use]
    pub fn goal(self, goal: Goal) -> Self {
        Self { goal: Some(goal), ..self }
    }

    /// Reads `NAME=VALUE[UNIT][:GOAL]`: `score=92`, `p95=22.8ms:lower`, `errors=0:zero`, `memory=95%:<=90`.
    ///
    /// # Errors
    /// `InvalidMetric` when the text is none.
    pub fn parse(text: &str) -> crate::Result<Self> {
        Self::read(text).map_err(|why| crate::Error::InvalidMetric { text: text.to_owned(), why })
    }

    fn read(text: &str) -> Result<Self, String> {
        let (name, rest) = text.split_once('=').ok_or("expected NAME=VALUE, as in score=92 or p95=22.8ms:lower")?;
        let name = Self::name(name)?;
        let (figure, goal) = match rest.rsplit_once(':') {
            Some((figure, goal)) => (figure, Some(Goal::parse(goal.trim()).ok_or_else(|| no_goal(goal))?)),
            None => (rest, None),
        };
        let figure = figure.trim();
        let (value, unit) = leading_number(figure).ok_or_else(|| format!("not a number: {}", in_quotes(figure)))?;
        Ok(Self { name: name.into(), value, unit: unit.trim().into(), goal })
    }

    /// The name in front of the `=`.
    ///
    /// # Errors
    /// A sentence, where there is none, or what stands there is a path.
    pub fn name(text: &str) -> Result<&str, String> {
        match text.trim() {
            "" => Err("no name before the =".into()),
            path if path.starts_with('.') => {
                Err(format!("{} is a path, not a metric's name: write NAME=VALUE or NAME=FILTER", in_quotes(path)))
            }
            name => Ok(name),
        }
    }
}

fn no_goal(goal: &str) -> String {
    format!("unknown goal {}; goals: lower, higher, equal, zero, <=N, >=N", in_quotes(goal))
}

/// The longest number a text begins with, and what follows it.
fn leading_number(text: &str) -> Option<(Number, &str)> {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect::<Vec<_>>();
    ends.into_iter().rev().find_map(|end| Some((Number::parse(&text[..end])?, &text[end..])))
}

impl Goal {
    /// Whether breaking it disqualifies.
    pub fn is_guardrail(&self) -> bool {
        !matches!(self, Self::Lower | Self::Higher)
    }

    /// Reads what [`Display`](std::fmt::Display) writes: `lower`, `higher`, `equal`, `zero`, `<=90`, `>=10`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "lower" => Some(Self::Lower),
            "higher" => Some(Self::Higher),
            "equal" => Some(Self::Equal),
            "zero" => Some(Self::Zero),
            _ => match (text.strip_prefix("<="), text.strip_prefix(">=")) {
                (Some(most), _) => Number::parse(most).map(Self::AtMost),
                (_, Some(least)) => Number::parse(least).map(Self::AtLeast),
                (None, None) => None,
            },
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lower => f.write_str("lower"),
            Self::Higher => f.write_str("higher"),
            Self::Equal => f.write_str("equal"),
            Self::Zero => f.write_str("zero"),
            Self::AtMost(most) => write!(f, "<={most}"),
            Self::AtLeast(least) => write!(f, ">={least}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let read = match Metric::read(text) {
            Ok(Metric { name, value, unit, goal }) => {
                format!("{name}|{value}|{unit}|{}", goal.map(|goal| goal.to_string()).unwrap_or_default())
            }
            Err(why) => why,
        };
        assert!(read.starts_with(expected), "{text}: {read}");
    }

    #[test]
    fn a_metric_in_one_word() {
        check("score=92", "score|92||");
        check("p95=22.8ms:lower", "p95|22.8|ms|lower");
        check("errors=0:zero", "errors|0||zero");
        check("memory=95%:<=90", "memory|95|%|<=90");
        check("throughput=1742 /s:higher", "throughput|1742|/s|higher");
        check("big=1e400:>=1.50", "big|1e400||>=1.50");
        check("energy=5eV", "energy|5|eV|");
        check("é=-0.5é", "é|-0.5|é|");
        check("score", "expected NAME=VALUE");
        check("=1", "no name");
        check("a=ms", "not a number: \"ms\"");
        check("a=1:best", "unknown goal \"best\"; goals: lower");
    }
}
