//! `asof mcp`: the questions of the command line for agents, over the Model Context Protocol on standard input and output.
//!
//! A tool is a command of this program, run as a process of its own: two surfaces, one answer. Only the sources named on
//! the command line can be read, and nothing is written without `--allow-write`. What was recorded may have been written
//! by anybody: it stands between marks that nobody could know when it was recorded, and is never more than data.

mod answer;
mod child;
mod forwarded;
mod server;
mod tools;

use super::exit::{CommandResult, Exit, usage};
use crate::Error;
use crate::source::Address;
use forwarded::Forwarded;
use rmcp::ServiceExt;
use server::Server;

/// Answer an agent's questions about sources: the Model Context Protocol on standard input and output
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  asof mcp shop.asof\n  asof mcp events.jsonl --recipe orders\n  asof mcp shop.asof \
                        --allow-write\n\nIn the configuration of a client:\n  {\"mcpServers\": {\"asof\": {\"command\": \
                        \"asof\", \"args\": [\"mcp\", \"/path/to/shop.asof\"]}}}\n\nAnswers are at most 4096 bytes; \
                        longer ones are split into pages. Only the sources named here can be read, with these options, and \
                        nothing is written without --allow-write."
)]
pub struct McpArgs {
    /// Recordings, files, `git:PATH` or `demo:NAME`
    #[arg(value_name = "SOURCE", required = true)]
    sources: Vec<String>,
    /// Also offer to roll back and to create snapshots
    #[arg(long)]
    allow_write: bool,
    /// Author of what is written [default: the name that the client gives itself]
    #[arg(long, value_name = "NAME", requires = "allow_write")]
    by: Option<String>,
    #[command(flatten)]
    forwarded: Forwarded,
}

impl McpArgs {
    /// Answers until the client hangs up.
    pub fn run(self) -> CommandResult {
        for source in &self.sources {
            if matches!(Address::parse(source)?, Address::Stdin) {
                return Err(usage("standard input carries the protocol: name a file or a recording instead"));
            }
        }
        let server = Server::new(self).map_err(Error::io("find", "this program"))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let spoken = runtime.map_err(Error::io("start", "the server"))?.block_on(async {
            let running = server.serve(rmcp::transport::stdio()).await.map_err(std::io::Error::other)?;
            running.waiting().await.map_err(std::io::Error::other)
        });
        spoken.map(|_| Exit::Done).map_err(|source| Error::io("answer on", "standard input")(source).into())
    }
}
