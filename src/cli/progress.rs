//! A bar on standard error for what takes longer than a second. Nothing of it is ever in a pipe or a file.

use crate::error::counted;
use crate::recording::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How long a person waits without asking what is going on.
const PATIENCE: Duration = Duration::from_secs(1);

/// Steps of the bar.
const STEPS: u64 = 1000;

const WITH_SHARE: &str = "reading {wide_bar} {percent:>3}%  {msg}";
const WITHOUT_SHARE: &str = "reading  {msg}";

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("█▉▊▋▌▍▎▏ ")
}

/// The bar, shown once patience has run out.
pub struct LoadBar {
    drawn: ProgressBar,
    since: Instant,
    shown: bool,
}

impl LoadBar {
    /// A bar that is not shown yet.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::hidden());
        bar.set_style(style(WITH_SHARE));
        Self { drawn: bar, since: Instant::now(), shown: false }
    }

    /// Shows how far it has come.
    pub fn update(&mut self, progress: Progress) {
        if !self.shown && self.since.elapsed() >= PATIENCE && std::io::stderr().is_terminal() {
            self.shown = true;
            self.drawn.set_draw_target(ProgressDrawTarget::stderr());
        }
        if self.shown {
            self.drawn.set_style(style(if progress.share.is_some() { WITH_SHARE } else { WITHOUT_SHARE }));
            self.drawn.set_message(counted(progress.versions, "version"));
            self.drawn.set_position(steps(progress.share.unwrap_or_default()));
        }
    }

    /// Takes it off the screen.
    pub fn clear(&self) {
        self.drawn.finish_and_clear();
    }

    /// Does something that writes to standard error, with the bar out of the way.
    pub fn aside(&self, act: impl FnOnce()) {
        self.drawn.suspend(act);
    }
}

impl Drop for LoadBar {
    fn drop(&mut self) {
        self.clear();
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "0 to 1000")]
fn steps(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * STEPS as f64) as u64
}
