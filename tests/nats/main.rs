//! Recordings on a NATS server: what the log's own suite does not show, because it takes the program, several connections,
//! permissions, or servers that are killed. `tests/nats/run` says where the server is (`ASOF_NATS_SERVER`).
#![allow(clippy::unwrap_used, missing_docs)]

mod cluster;
#[cfg(feature = "tui")]
mod logins;
#[cfg(feature = "tui")]
mod messages;
#[cfg(feature = "tui")]
mod program;
mod server;
mod single;
