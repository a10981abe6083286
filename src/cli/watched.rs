//! Files to be watched, as arguments.

use super::exit::{CommandResult, usage};
use crate::log::NatsSource;
use crate::source::{Address, Watched};

/// Files that programs rewrite.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct WatchedFilesArgs {
    /// Record every version of this file as it is written, until ctrl+c: a file, a directory, or a pattern such as
    /// 'conf.d/*.json'; may be given several times
    #[arg(long, value_name = "FILE")]
    watch: Vec<String>,
}

impl WatchedFilesArgs {
    /// Whether there are any.
    pub fn is_asked(&self) -> bool {
        !self.watch.is_empty()
    }

    /// What is watched as a source: files, or one bucket or stream on a server; `None` where there is nothing.
    pub fn address(&self, names_tenant: bool) -> CommandResult<Option<Address>> {
        match self.watch.as_slice() {
            [one] if NatsSource::is_one(one) => Ok(Some(Address::parse(one)?)),
            _ => Ok(self.watched(names_tenant)?.map(Address::Watched)),
        }
    }

    /// As the library takes it; `None` where there are none. A tenant can be named for a single file.
    pub fn watched(&self, names_tenant: bool) -> CommandResult<Option<Watched>> {
        if !self.is_asked() {
            return Ok(None);
        }
        if let Some(one) = self.watch.iter().find(|one| NatsSource::is_one(one)) {
            return Err(usage(format!("{one} is no file: record it alone, asof record --watch {one} -o NAME.asof")));
        }
        let watched = Watched::new(self.watch.iter().map(String::as_str));
        if names_tenant && watched.file().is_none() {
            return Err(usage("--tenant names the tenant of one file; of several files each is a tenant of its name"));
        }
        Ok(Some(watched))
    }
}
