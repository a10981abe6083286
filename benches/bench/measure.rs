//! Timing and the table. Must not know: what is timed.

use std::hint::black_box;
use std::time::Instant;

/// Samples of one thing, in nanoseconds (or bytes).
pub struct Samples(Vec<f64>);

impl Samples {
    /// Times `rounds` calls, each by itself; dropping what they make is not timed.
    pub fn each<T>(rounds: usize, mut call: impl FnMut() -> T) -> Self {
        let time = |_| {
            let start = Instant::now();
            let made = black_box(call());
            let took = start.elapsed();
            drop(made);
            took.as_nanos() as f64
        };
        Self((0..rounds).map(time).collect())
    }

    /// Times `rounds` batches of `batch` calls; a sample is the mean of one batch.
    pub fn batches<T>(rounds: usize, batch: usize, mut call: impl FnMut() -> T) -> Self {
        let time = |_| {
            let start = Instant::now();
            for _ in 0..batch {
                black_box(call());
            }
            start.elapsed().as_nanos() as f64 / batch as f64
        };
        Self((0..rounds).map(time).collect())
    }

    /// Amounts that were not timed.
    pub fn of(amounts: impl IntoIterator<Item = f64>) -> Self {
        Self(amounts.into_iter().collect())
    }

    /// Both together.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The same, divided.
    pub fn per(self, count: usize) -> Self {
        Self(self.0.into_iter().map(|amount| amount / count as f64).collect())
    }

    /// The amount that this share of the samples does not exceed.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        let at = (share * (sorted.len().max(1) - 1) as f64).round() as usize;
        sorted.get(at).copied().unwrap_or(f64::NAN)
    }

    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }
}

/// What a row is compared with.
pub struct Ratio {
    /// How many times as much the other takes.
    factor: f64,
    /// The other.
    to: &'static str,
    /// Whether the other's two runs, before and after, differ so much that the ratio says little.
    unsteady: bool,
}

impl Ratio {
    /// To another's samples from before and after.
    pub fn new(ours: &Samples, to: &'static str, before: &Samples, after: &Samples) -> Self {
        let (first, last) = (before.median(), after.median());
        let unsteady = first.max(last) > 1.5 * first.min(last);
        Self { factor: f64::midpoint(first, last) / ours.median(), to, unsteady }
    }
}

/// The table on standard output.
pub struct Table {
    begun: Instant,
}

impl Table {
    /// Says on what machine, and how busy it is.
    pub fn begin() -> Self {
        println!("# {}", machine());
        println!("# load {}", load());
        println!("{:<58} {:>10} {:>10} {:>10} {:<5} ratio_to", "# name", "median", "min", "max", "unit");
        Self { begun: Instant::now() }
    }

    /// How long all of it took, and how busy the machine is now.
    pub fn end(&self) {
        println!("# {:.0} s, load {}", self.begun.elapsed().as_secs_f64(), load());
    }

    /// A row of times.
    pub fn times(&mut self, name: &str, samples: &Samples, ratio: Option<Ratio>) {
        let (scale, unit) = unit(samples.median(), &TIMES);
        row(name, samples, scale, unit, ratio.as_ref());
    }

    /// A row of sizes.
    pub fn bytes(&mut self, name: &str, samples: &Samples, ratio: Option<Ratio>) {
        let (scale, unit) = unit(samples.median(), &SIZES);
        row(name, samples, scale, unit, ratio.as_ref());
    }

    /// Something to know about the rows round it.
    pub fn note(&mut self, text: &str) {
        println!("# {text}");
    }
}

const TIMES: [(f64, &str); 4] = [(1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns")];
const SIZES: [(f64, &str); 3] = [(1e6, "MB"), (1e3, "kB"), (1.0, "B")];

/// The largest unit of which there is at least one.
fn unit(amount: f64, units: &[(f64, &'static str)]) -> (f64, &'static str) {
    let fits = units.iter().find(|(scale, _)| amount >= *scale).or(units.last());
    fits.copied().unwrap_or((1.0, ""))
}

fn row(name: &str, samples: &Samples, scale: f64, unit: &str, ratio: Option<&Ratio>) {
    let [median, min, max] = [0.5, 0.0, 1.0].map(|share| format!("{:.2}", samples.quantile(share) / scale));
    let ratio = ratio.map(|Ratio { factor, to, unsteady }| {
        let factor = if *factor >= 10.0 { format!("{factor:.0}x") } else { format!("{factor:.2}x") };
        format!("{factor} {to}{}", if *unsteady { " (unsteady)" } else { "" })
    });
    println!("{name:<58} {median:>10} {min:>10} {max:>10} {unit:<5} {}", ratio.unwrap_or_default());
}

fn machine() -> String {
    let file = |path| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?.split_once(':')?.1.trim().to_owned();
        Some(line)
    };
    let cpu = field(&file("/proc/cpuinfo"), "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = field(&file("/proc/meminfo"), "MemTotal").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{cores} cores of {cpu}, {memory}, {}", std::env::consts::OS)
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}
