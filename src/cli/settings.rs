//! `asof settings`: how a tenant is kept: retention, auto snapshots, limits, the guard.

use super::Console;
use super::cells::{Ink, RowCell};
use super::consent::ConfirmArgs;
use super::exit::{CommandResult, Exit, usage};
use super::opened::{Author, Opened, RecordingArgs, SourceArgs, span};
use super::out::note;
use super::rules::array_key;
use crate::diff::{ArrayKey, IgnoredPaths};
use crate::escape::in_quotes;
use crate::ops::Configured;
use crate::ops::words::{self, PLAIN};
use crate::record::Settings as Kept;
use crate::recording::{Tenant, keep_array_key, unread_array_keys};
use crate::value::Text;

/// Show or change a tenant's settings: retention, auto snapshots, limits, guard
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  asof settings shop.asof\n  asof settings shop.asof keep-auto=20 max-age=30d \
                  auto-every=100\n  asof settings shop.asof keep-named=none auto-before=deploy auto-before=migrate\n  \
                  asof settings shop.asof array-key=.cart.items=sku\n  asof settings shop.asof ignore=.updatedAt ignore='.items[*].etag'\n  asof settings shop.asof guarded=true\n  asof \
                  settings shop.asof guarded=false --confirm shop\n\nA guarded tenant needs --confirm TENANT for \
                  rollbacks and deletions. A snapshot tagged `prod` sets the guard; only this command lifts it. \
                  `none` means unlimited or off. `auto-before` and `ignore` may be given several times; together they replace the stored ones. Times are in seconds, or like 5m, 2h, 30d. `asof undo` reverses a \
                  change.")]
pub struct SettingsArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Settings to change; without any, all are shown
    #[arg(value_name = "KEY=VALUE")]
    changes: Vec<String>,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    author: Author,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The labels before which a snapshot is made.
const AUTO_BEFORE: &str = "auto-before";

/// By what field the elements of an array are matched.
const ARRAY_KEY: &str = "array-key";

/// What comparisons leave out.
const IGNORE: &str = "ignore";

/// Whether the tenant asks for its name.
const GUARDED: &str = "guarded";

impl SettingsArgs {
    /// Changes what is to be changed, and prints all settings.
    pub fn run(&self, console: &mut Console) -> CommandResult {
        let tenant = self.tenant(console)?;
        let configured = if self.changes.is_empty() { Configured::now(&tenant) } else { self.changed(&tenant)? };
        if self.json {
            console.out.json(&configured.json())?;
            return Ok(Exit::Done);
        }
        console.out.table(&rows(&configured))?;
        unread_array_keys(&configured.settings).into_iter().for_each(note);
        if let Some(over) = words::over_limit(&configured, &PLAIN).filter(|_| !self.changes.is_empty()) {
            note(over);
        }
        Ok(Exit::Done)
    }

    /// Makes the changes, all or none.
    fn changed(&self, tenant: &Tenant) -> CommandResult<Configured> {
        let all = |settings: &mut Kept| {
            if self.changes.iter().any(|change| change.starts_with(AUTO_BEFORE)) {
                settings.auto.before.clear();
            }
            if self.changes.iter().any(|change| change.split('=').next() == Some(IGNORE)) {
                settings.ignored_paths.clear();
            }
            self.changes.iter().try_for_each(|text| change(settings, text))
        };
        // Whether the texts are right does not depend on what is changed.
        all(&mut Kept::default())?;
        Ok(Configured::change(&self.confirm.of(tenant)?, |settings| drop(all(settings)))?)
    }

    /// Anything can be looked at; only a recording changed.
    fn tenant(&self, console: &mut Console) -> CommandResult<Tenant> {
        if self.changes.is_empty() {
            return Opened::new(&self.source, console)?.tenant(console);
        }
        let SourceArgs { source, reading } = self.source.clone();
        let recording = RecordingArgs { source, tenant: reading.which.tenant };
        Ok(self.author.of(&Opened::to_write(&recording)?.tenant(console)?))
    }
}

fn change(settings: &mut Kept, text: &str) -> CommandResult<()> {
    let Some((key, value)) = text.split_once('=') else {
        return Err(usage(format!("not KEY=VALUE: {}; keys: {}", in_quotes(text), keys())));
    };
    if key == AUTO_BEFORE {
        settings.auto.before.extend((value != "none").then(|| Text::from(value)));
        return Ok(());
    }
    if key == IGNORE && value != "none" {
        IgnoredPaths::default().add(value).map_err(usage)?;
        settings.ignored_paths.extend((!settings.ignored_paths.contains(&value.into())).then(|| Text::from(value)));
        return Ok(());
    }
    if key == IGNORE {
        return Ok(());
    }
    if key == ARRAY_KEY {
        let (array, field) = array_key(value)?;
        keep_array_key(settings, &array, (field != "none").then(|| ArrayKey::Field(field)));
        return Ok(());
    }
    if key == GUARDED {
        let guarded =
            value.parse().map_err(|_| usage(format!("{key}: expected true or false, not {}", in_quotes(value))))?;
        settings.guarded = Some(guarded);
        return Ok(());
    }
    let field = Kept::fields().iter().find(|field| field.name == key);
    let field = field.ok_or_else(|| usage(format!("no setting {}; settings: {}", in_quotes(key), keys())))?;
    let number = match value {
        "none" => None,
        _ => {
            Some(value.parse().or_else(|_| seconds(field.about, value)).map_err(|why| usage(format!("{key}: {why}")))?)
        }
    };
    settings.set(field, number);
    Ok(())
}

/// A stretch of time, for a setting that is one.
fn seconds(about: &str, value: &str) -> Result<u64, String> {
    if about.contains("seconds") {
        span(value)
    } else {
        Err(format!("expected a whole number or none, not {}", in_quotes(value)))
    }
}

fn keys() -> String {
    Kept::fields()
        .iter()
        .map(|field| field.name)
        .chain([AUTO_BEFORE, ARRAY_KEY, IGNORE, GUARDED])
        .collect::<Vec<_>>()
        .join(", ")
}

fn key_words(key: &ArrayKey) -> &str {
    match key {
        ArrayKey::Field(field) => field,
        ArrayKey::Index => "(position)",
        ArrayKey::Content => "(content)",
    }
}

fn rows(configured: &Configured) -> Vec<Vec<RowCell>> {
    let settings = &configured.settings;
    let row = |name: &str, value: String, about: &str| {
        vec![RowCell::new(name), RowCell::number(value), RowCell::new(about).ink(Ink::Dim)]
    };
    let numbers = Kept::fields().iter().map(|field| {
        let number = settings.get(field).map_or("none".to_owned(), |number| number.to_string());
        row(field.name, number, field.about)
    });
    let labels = settings
        .auto
        .before
        .iter()
        .map(|label| row(AUTO_BEFORE, label.to_string(), "an auto snapshot before transitions with this label"));
    let guarded =
        row(GUARDED, configured.guarded.to_string(), "whether rollbacks and deletions need the tenant's name");
    let arrays = settings.array_keys.iter().map(|(array, key)| {
        row(ARRAY_KEY, format!("{array}={}", key_words(key)), "the field that identifies the elements of this array")
    });
    let ignored = settings.ignored_paths.iter().map(|pattern| {
        row(IGNORE, pattern.to_string(), "differences, counts, histories and blame leave this path out")
    });
    numbers.chain(labels).chain(arrays).chain(ignored).chain([guarded]).collect()
}
