//! Where the lists of the views are, and what has been found out for them.

use super::asides::Asides;
use crate::value::Text;
use crate::view::list::ListCursor;
use crate::view::transactions::TransactionFilter;
use crate::view::transitions::Filter;
use crate::view::variants::VariantsPlace;

/// Where the views of one tenant are.
#[derive(Debug, Default)]
pub struct Lists {
    /// Words that listed snapshots must have; empty for all.
    pub filter: String,
    /// Which transitions are listed.
    pub only: Filter,
    /// The list of transactions.
    pub transactions: ListCursor,
    /// Which of them are listed.
    pub which: TransactionFilter,
    /// The steps of the selected one.
    pub steps: ListCursor,
    /// The baseline, variant and metric.
    pub variants: VariantsPlace,
    /// The list of branches.
    pub branches: ListCursor,
    /// The branch that was gone to: steps follow it as long as the cursor is on its line.
    pub walked: Option<Text>,
    /// What has been found out for the views.
    pub asides: Asides,
}
