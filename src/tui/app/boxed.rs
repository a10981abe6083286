//! A box, whose it is, and whether what it says is still so.
//!
//! Must not name: `draw`, `pane`.

use super::View;
use crate::diff::DiffRules;
use crate::history::Revision;
use crate::record::Version;
use crate::recording::Tenant;
use crate::tui::dialog::sheet::Scroll;
use crate::tui::dialog::{BoxFacts, Dialog};
use crate::tui::frame_map::BoxExtent;
use crate::tui::owner::Owner;
use std::sync::Arc;

/// A box, and whose it is.
pub struct Boxed {
    /// The box.
    pub dialog: Dialog,
    /// Whom its answer is for.
    pub owner: Owner,
    /// What its owner's history was when its facts were looked up.
    pub at: Revision,
    /// How far it is scrolled.
    pub scroll: Scroll,
    /// How much of it is in view; `None` before it is painted, and of a line at the bottom.
    pub extent: Option<BoxExtent>,
}

/// A question put aside while its diff is looked at.
pub struct Parked {
    /// The question.
    pub(super) boxed: Boxed,
    /// The view it was asked in.
    pub(super) before: View,
    /// Where A and B were pinned then.
    pub(super) pins: [Option<Version>; 2],
}

/// What a box may say something of.
pub(super) struct About<'a> {
    /// The tenant that its answer is for.
    pub(super) tenant: &'a Tenant,
    /// How its arrays are matched.
    pub(super) rules: &'a Arc<DiffRules>,
    /// Whether it is kept in memory alone.
    pub(super) in_memory: bool,
}

impl Boxed {
    /// A box that is not scrolled.
    pub fn new(dialog: Dialog, owner: impl Into<Owner>, at: Revision) -> Self {
        Self { dialog, owner: owner.into(), at, scroll: Scroll::default(), extent: None }
    }

    /// Whether there is more of it than is in view.
    pub fn is_cut(&self) -> bool {
        self.extent.is_some_and(BoxExtent::is_cut)
    }

    /// Looks whether what it says of a tenant is still so, and puts right what can be put right at once. `moved` tells
    /// that something has been written since it was looked up.
    pub(super) fn renew(&mut self, about: &About<'_>, moved: bool) -> BoxFacts {
        let About { tenant, rules, in_memory } = *about;
        match &mut self.dialog {
            Dialog::Rollback(question) => question.renew(tenant, rules, moved),
            Dialog::Compact(question) => question.renew(tenant, moved),
            Dialog::Confirm(confirm) if moved => confirm.renew(tenant),
            Dialog::Form(form) => form.renew(&tenant.history(), in_memory, moved),
            Dialog::Confirm(_) | Dialog::Chooser(_) | Dialog::Notice(_) | Dialog::Leaving(_) => BoxFacts::Hold,
        }
    }

    /// Looks up everything it says of a tenant anew. What was typed stays.
    pub(super) fn start_over(&mut self, tenant: &Tenant) {
        match &mut self.dialog {
            Dialog::Rollback(question) => question.start_over(tenant),
            Dialog::Compact(question) => question.preview = None,
            Dialog::Confirm(_) | Dialog::Form(_) | Dialog::Chooser(_) | Dialog::Notice(_) | Dialog::Leaving(_) => {}
        }
    }
}
