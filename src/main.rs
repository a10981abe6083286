//! `asof`: a time machine for application state. All of it is in the library; this only starts the command line.

use color_eyre::config::{HookBuilder, Theme};
use std::io::IsTerminal;
use std::process::ExitCode;

/// One thread reads records and another folds them: what one allocates the other frees, which this allocator is quick at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Reports of bugs only: what a user can cause is a sentence and an exit code. Without them a bug still panics aloud.
    let theme = if std::io::stderr().is_terminal() { Theme::dark() } else { Theme::new() };
    let _ = HookBuilder::default().theme(theme).install();
    asof::cli::run(std::env::args_os())
}
