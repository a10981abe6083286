//! What is said on standard error of why a command stopped.

use super::exit::{CommandResult, Exit, Stop};
use super::out::note;
use crate::Error;

/// What to do about an error on the command line, where its sentence does not say it: the library knows no options.
fn advice(error: &Error) -> Option<String> {
    let words = match error {
        Error::TooLarge { .. } => "see max-bytes in `asof settings`",
        Error::UndecidedFormat { .. } => "pass --format NAME",
        Error::NotStates { recipes, .. } => return Some(not_states(recipes)),
        Error::TenantFull { .. } => {
            "raise max-versions with `asof settings`, or delete old versions with `asof compact`"
        }
        Error::TransactionInUse { .. } => "pass --force to close it anyway",
        Error::SnapshotsOff { .. } => "change it with `asof settings`",
        Error::Guarded { .. } => "pass --confirm TENANT (--yes is not enough)",
        Error::Doubtful { .. } => "pass --doubtful to use it anyway",
        Error::LeavesOthers { .. } => "pass --force to do it anyway",
        Error::Conflict { .. } => "another writer was first; check and retry",
        _ => return None,
    };
    Some(words.to_owned())
}

/// How to read what looks like a log of events.
pub fn not_states(recipes: &[String]) -> String {
    let way = match recipes {
        [] => "pass --fold or --recipe to turn them into states".to_owned(),
        [only] => format!("pass --recipe {only} to turn them into states"),
        several => format!("pass --recipe NAME to turn them into states ({})", several.join(", ")),
    };
    format!("{way}, or --format states to take each as a state")
}

/// Says on standard error why a command stopped, if there is anything to say.
pub fn report(outcome: CommandResult) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(Stop::ReaderGone) => Exit::Done,
        Err(Stop::Failed(exit, error)) => {
            match advice(&error) {
                Some(advice) => note(format!("{error}; {advice}")),
                None => note(&error),
            }
            exit
        }
    }
}
