//! Asking before something is changed: a question on a terminal, elsewhere only `--yes`; and the name of a guarded tenant,
//! for which `--yes` is not enough.

use super::exit::{CommandResult, usage};
use super::out::{can_ask, confirmed, note, typed};
use crate::error::Error;
use crate::escape::in_quotes;
use crate::ops::words::PLAIN;
use crate::ops::{Plan, Verb};
use crate::recording::{Allow, Tenant};

/// Whether to ask.
#[derive(clap::Args)]
pub struct Consent {
    /// Do not ask; a guarded tenant needs --confirm as well
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

/// The name of a guarded tenant.
#[derive(clap::Args)]
pub struct ConfirmArgs {
    /// Confirm a write to a guarded tenant with its name
    #[arg(long, value_name = "TENANT")]
    confirm: Option<String>,
}

/// What would be done, as far as a question says it.
pub struct ConsentQuestion<'a> {
    /// What is asked about.
    pub verb: &'a Verb,
    /// What it would do.
    pub plan: &'a Plan,
    /// What it is called: `roll back`.
    pub doing: &'static str,
    /// The question.
    pub ask: &'static str,
}

impl Consent {
    /// Whether nobody is to be asked.
    #[cfg(feature = "nats")]
    pub fn is_given(&self) -> bool {
        self.yes
    }

    /// Refuses where nobody can be asked, and nobody said yes.
    pub fn can_be_given(&self, doing: &str) -> CommandResult<()> {
        if self.yes || self.confirm.confirm.is_some() || can_ask() {
            return Ok(());
        }
        Err(usage(format!("not a terminal: pass --yes to {doing}")))
    }

    /// The tenant with what was consented to; `None` where the answer was no, and that is said.
    pub fn given(
        &self,
        tenant: &Tenant,
        allow: Allow,
        question: &ConsentQuestion<'_>,
    ) -> CommandResult<Option<Tenant>> {
        if self.confirm.confirm.is_some() || question.verb.asks_for_name(tenant) {
            return self.confirm.given(tenant, allow, question, self.yes);
        }
        if self.yes {
            return Ok(Some(tenant.allowing(allow)));
        }
        self.can_be_given(question.doing)?;
        note(question.plan.words(&PLAIN));
        let wanted = confirmed(question.ask)?;
        if !wanted {
            note("nothing was changed");
        }
        Ok(wanted.then(|| tenant.allowing(allow)))
    }
}

impl ConfirmArgs {
    /// The same for what is not asked about, but where the tenant is guarded.
    pub fn given_where_guarded(
        &self,
        tenant: &Tenant,
        allow: Allow,
        question: &ConsentQuestion<'_>,
    ) -> CommandResult<Option<Tenant>> {
        if self.confirm.is_none() && !question.verb.asks_for_name(tenant) {
            return Ok(Some(tenant.allowing(allow)));
        }
        self.given(tenant, allow, question, false)
    }

    /// Whether the tenant is named, or its name is typed. Nobody is asked who said that there is to be no question.
    fn given(
        &self,
        tenant: &Tenant,
        allow: Allow,
        question: &ConsentQuestion<'_>,
        no_question: bool,
    ) -> CommandResult<Option<Tenant>> {
        let id = tenant.id();
        if let Some(name) = &self.confirm {
            if *name != id.0 {
                return Err(usage(format!(
                    "--confirm {} does not match tenant {id}: nothing was changed",
                    in_quotes(name)
                )));
            }
            return Ok(Some(tenant.allowing(allow.confirmed(name.as_str()))));
        }
        if no_question || !can_ask() {
            return Err(Error::Guarded { tenant: id.to_string() }.into());
        }
        let planned = question.plan.words(&PLAIN);
        if !planned.is_empty() {
            note(planned);
        }
        let name = typed(&format!("Tenant {id} is guarded: type its name to {}:", question.doing))?;
        if name == id.0.as_str() {
            return Ok(Some(tenant.allowing(allow.confirmed(name))));
        }
        note("the name does not match: nothing was changed");
        Ok(None)
    }

    /// The handle for what only a guarded tenant refuses, and nobody is asked about.
    pub fn of(&self, tenant: &Tenant) -> CommandResult<Tenant> {
        match &self.confirm {
            Some(name) if *name != tenant.id().0 => Err(usage(format!(
                "--confirm {} does not match tenant {}: nothing was changed",
                in_quotes(name),
                tenant.id()
            ))),
            Some(name) => Ok(tenant.allowing(Allow::default().confirmed(name.as_str()))),
            None => Ok(tenant.clone()),
        }
    }
}
