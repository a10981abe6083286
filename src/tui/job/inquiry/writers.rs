//! Who wrote last what is at some paths.

use super::{AnswerPart, PartSender, WritersOf};
use crate::Result;
use crate::diff::DiffRules;
use crate::questions::{Blame, EmbeddedPath, blame_of};
use crate::recording::Tenant;
use crate::tui::task::Cancel;
use crate::value::Path;
use crate::view::blame::ValueWriter;

/// Tells them all at once: there are no more than a screen has rows.
pub(super) fn writers(
    tenant: &Tenant,
    of: &WritersOf,
    chosen: &DiffRules,
    cancel: &Cancel,
    parts: &mut PartSender<'_>,
) -> Result<()> {
    // What is inside of a string was written with it.
    let value = tenant.value_at(of.at.0)?;
    let places: Vec<Path> = of.paths.iter().map(|path| EmbeddedPath::new(&value, path).string).collect();
    let found = blame_of(tenant, of.at.0, &places, chosen, &|| cancel.is_cancelled())?;
    let history = tenant.history();
    let asked = of.paths.iter().zip(&places).zip(found);
    let told = asked.flat_map(|((path, place), found)| {
        let is_inside = place != path;
        let path = move |blame: &Blame| if is_inside { path.clone() } else { blame.path.clone() };
        found.into_iter().map(move |blame| (path(&blame), blame))
    });
    let told = told.map(|(path, blame)| (path, ValueWriter::of(&history, &blame)));
    parts.part(AnswerPart::Writers(told.collect()));
    Ok(())
}
