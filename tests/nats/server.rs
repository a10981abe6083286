//! Servers for tests: on free ports of 127.0.0.1, with a folder of their own, ended when they are dropped.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server.
pub struct Server {
    config: String,
    home: tempfile::TempDir,
    pub port: u16,
    child: Child,
}

impl Server {
    /// A server alone; `more` goes into its configuration.
    pub fn new(more: &str) -> Self {
        Self::start(more, free_ports(1)[0])
    }

    fn start(more: &str, port: u16) -> Self {
        let home = tempfile::tempdir().unwrap();
        let store = home.path().join("js");
        let config = format!("listen: 127.0.0.1:{port}\njetstream {{ store_dir: {store:?} }}\n{more}\n");
        let child = spawn(home.path(), &config);
        Self { config, home, port, child }
    }

    /// Servers of one cluster, when each knows a leader.
    pub fn cluster(count: usize) -> Vec<Self> {
        let ports = free_ports(count * 2);
        let routes: Vec<String> = ports[count..].iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
        let more = |number: usize| {
            let port = ports[count + number];
            format!(
                "server_name: n{number}\ncluster {{ name: c, listen: 127.0.0.1:{port}, routes: [{}] }}",
                routes.join(", ")
            )
        };
        let servers: Vec<Self> = (0..count).map(|number| Self::start(&more(number), ports[number])).collect();
        servers.iter().for_each(Self::wait);
        servers
    }

    /// The address of a recording there.
    pub fn address(&self, prefix: &str) -> String {
        format!("nats://127.0.0.1:{}/{prefix}", self.port)
    }

    /// Waits until it answers.
    pub fn wait(&self) {
        let end = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < end, "{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again with what it stored.
    pub fn restart(&mut self) {
        self.child = spawn(self.home.path(), &self.config);
        self.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(home: &Path, config: &str) -> Child {
    let file = home.join("server.conf");
    std::fs::write(&file, config).unwrap();
    let program = std::env::var_os("ASOF_NATS_SERVER").expect("ASOF_NATS_SERVER is not set: run tests/nats/run");
    let log = std::fs::File::options().create(true).append(true).open(home.join("log")).unwrap();
    Command::new(program).arg("-c").arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

/// Ports that nobody listens on.
fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<_> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}
