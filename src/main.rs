//! `asof`: a time machine for application state. All of it is in the library; this only starts the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Reports of bugs only; what a user can cause is a sentence and an exit code. Without it a bug still prints a panic.
    let _ = color_eyre::install();
    asof::cli::run(std::env::args_os())
}
