//! The one asynchronous runtime behind the synchronous [`Log`](crate::Log): callers wait on a channel, so that a thread of
//! somebody else's runtime may call too.

use crate::error::of_system;
use crate::{Error, Result};
use std::sync::OnceLock;
use std::sync::mpsc::sync_channel;
use tokio::runtime::{Builder, Runtime};

/// Threads that speak to servers: their work is moving bytes.
const WORKERS: usize = 2;

/// Runs a future to its end and answers what it answers. Blocks the calling thread only.
///
/// # Errors
/// Those of the future; `ServerLost` where it cannot be run.
pub fn wait<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    let (send, answer) = sync_channel(1);
    runtime()?.spawn(async move {
        let _nobody_waits = send.send(work.await);
    });
    let lost = || Error::ServerLost { server: "nats".into(), why: "the request was dropped".into() };
    answer.recv().unwrap_or_else(|_| Err(lost()))
}

fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<std::io::Result<Runtime>> = OnceLock::new();
    let build = || Builder::new_multi_thread().worker_threads(WORKERS).thread_name("asof-nats").enable_all().build();
    let failed = |why: &std::io::Error| Error::ServerLost { server: "nats".into(), why: of_system(why) };
    RUNTIME.get_or_init(build).as_ref().map_err(failed)
}
