//! Changing how a tenant is kept.

use super::snapshot::kind;
use crate::Result;
use crate::diff::ArrayKey;
use crate::export::json::JsonOutput;
use crate::history::Snapshot;
use crate::record::{Settings, TenantId};
use crate::recording::{Tenant, keep_array_key};
use crate::value::{Path, Text, Value};

/// How a tenant is kept, after a change or without one.
#[derive(Debug, Clone, PartialEq)]
pub struct Configured {
    pub tenant: TenantId,
    pub settings: Settings,
    /// Whether moving a head or taking something away asks for the tenant's name.
    pub guarded: bool,
    /// What retention takes out of the list with the next snapshot of its kind, oldest first.
    pub over_limit: Vec<Snapshot>,
}

impl Configured {
    /// As it is.
    pub fn now(tenant: &Tenant) -> Self {
        let settings = tenant.history().ledger().settings().clone();
        let (guarded, over_limit) = (tenant.history().ledger().is_guarded(), tenant.over_limit());
        Self { tenant: tenant.id().clone(), settings, guarded, over_limit }
    }

    /// Changes it.
    ///
    /// # Errors
    /// `Guarded` when it lifts the guard and the name was not given; `Io`.
    pub fn change(tenant: &Tenant, change: impl FnMut(&mut Settings)) -> Result<Self> {
        tenant.reconfigure(change)?;
        Ok(Self::now(tenant))
    }

    /// For machines: every setting by its name, whether the tenant is guarded, and what is beyond the retention.
    pub fn json(&self) -> JsonOutput {
        let settings = Settings { guarded: Some(self.guarded), ..self.settings.clone() }.to_value();
        let members = settings.as_object().into_iter().flat_map(crate::value::Object::iter);
        let members = members.map(|(name, value)| (name.clone(), value.clone()));
        let over = (Text::from("over_limit"), self.over_limit.iter().map(short).collect());
        members.chain([over]).collect::<Value>().into()
    }
}

/// By what the elements of an array are matched from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedBy {
    /// Which array; an index in its path stands for every element.
    pub array: Path,
    /// By what; `None`: as the history settles it.
    pub key: Option<ArrayKey>,
    /// How the tenant is kept by now.
    pub configured: Configured,
}

impl MatchedBy {
    /// Keeps a choice in the settings.
    ///
    /// # Errors
    /// `Io`.
    pub fn keep(tenant: &Tenant, array: &Path, key: Option<&ArrayKey>) -> Result<Self> {
        let configured = Configured::change(tenant, |settings| keep_array_key(settings, array, key.cloned()))?;
        Ok(Self { array: array.clone(), key: key.cloned(), configured })
    }
}

/// A snapshot that will leave the list.
fn short(snapshot: &Snapshot) -> Value {
    let name = snapshot.name.clone().map_or(Value::Null, Value::String);
    let members = [
        ("id", snapshot.id.0.0.into()),
        ("name", name),
        ("kind", Value::String(kind(snapshot.kind).into())),
        ("version", snapshot.version.0.into()),
    ];
    members.into_iter().map(|(name, value)| (Text::from(name), value)).collect()
}
