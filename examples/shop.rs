//! A shop that is taken back in time while it runs.
//!
//! ```sh
//! cargo run --example shop -- shop.asof      # in one terminal: a line for each tick, until Ctrl-C
//! asof shop.asof                             # in another: look around, and roll back with R
//! ```
//!
//! The shop holds its state as any application does, in a struct, and records it after each change. What someone commits
//! from `asof` arrives by a subscription: the shop takes it up and goes on from there. It opens the recording if there is
//! one and goes on where that ended. Options: `--ticks N` (stop after so many), `--every MS`, `--seed N`.

use asof::{Error, Recording, Result, Subscription, Tenant, Version};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, path::Path, process::ExitCode, thread, time::Duration};

/// All that the shop knows.
#[derive(Default, Serialize, Deserialize)]
struct Shop {
    sessions: u64,
    carts: BTreeMap<String, Vec<String>>,
    stock: BTreeMap<String, u64>,
}

const GOODS: [&str; 4] = ["bread", "coffee", "sugar", "tea"];

impl Shop {
    fn open() -> Self {
        Self { sessions: 100, carts: BTreeMap::new(), stock: GOODS.map(|good| (good.to_owned(), 50)).into() }
    }

    /// One thing happens; the answer says what.
    fn tick(&mut self, dice: &mut Dice) -> String {
        let (guest, good) = (format!("guest-{}", dice.below(5)), GOODS[dice.below(4) as usize]);
        let left = self.stock.entry(good.to_owned()).or_default();
        match dice.below(4) {
            0 if self.carts.contains_key(&guest) => {
                let cart = self.carts.remove(&guest).unwrap_or_default();
                format!("{guest} pays {} and leaves", cart.len())
            }
            0 | 1 => {
                self.sessions += 1 + dice.below(9);
                "guests arrive".to_owned()
            }
            _ => {
                *left = left.checked_sub(1).unwrap_or(50);
                self.carts.entry(guest.clone()).or_default().push(good.to_owned());
                format!("{guest} takes {good}")
            }
        }
    }
}

impl fmt::Display for Shop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stock: u64 = self.stock.values().sum();
        write!(f, "sessions {}, carts {}, stock {stock}", self.sessions, self.carts.len())
    }
}

/// Takes up what others did to the recording since the last look; `own` is what this shop recorded itself.
fn follow(tenant: &Tenant, heads: &mut Subscription, own: Version, shop: &mut Shop) -> Result<()> {
    while let Some(head) = heads.try_next()? {
        if head.info.version == own {
            continue;
        }
        let before = std::mem::replace(shop, tenant.current()?);
        // A rollback equals the version that it went to, its parent.
        let (what, to) =
            if head.was_set_back() { ("set back", head.info.parent) } else { ("moved on", head.info.version) };
        let (by, label) = (head.info.by.as_deref().unwrap_or("someone"), &head.info.label);
        println!("{what} to {to} by {by} ({label}): sessions {} -> {}", before.sessions, shop.sessions);
    }
    Ok(())
}

fn run(path: &Path, [ticks, every, seed]: [u64; 3]) -> Result<()> {
    let recording = if path.exists() { Recording::open(path)? } else { Recording::create(path)? };
    let tenant = recording.tenant_or_new(&"shop".into())?.by("shop");
    tenant.catch_up()?;
    let is_new = tenant.head() == Version(0);
    let mut shop = if is_new { Shop::open() } else { tenant.current()? };

    let (mut heads, mut dice, mut own) = (tenant.subscribe(), Dice(seed), tenant.head());
    for _ in 0..ticks {
        let label = shop.tick(&mut dice);
        match tenant.record(&label, &shop) {
            Ok(version) => {
                own = version;
                println!("{version} {label}: {shop}");
            }
            // Someone went back in time meanwhile: what just happened here did not, `follow` takes up what did.
            Err(Error::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
        thread::sleep(Duration::from_millis(every));
        follow(&tenant, &mut heads, own, &mut shop)?;
    }
    Ok(())
}

/// Random numbers that are the same for the same seed (a linear congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// The recording, and the numbers of `--ticks`, `--every` and `--seed`.
fn options(mut words: impl Iterator<Item = String>) -> Option<(String, [u64; 3])> {
    let (recording, mut numbers) = (words.next()?, [u64::MAX, 500, 1]);
    while let Some(word) = words.next() {
        let which = ["--ticks", "--every", "--seed"].iter().position(|name| *name == word)?;
        numbers[which] = words.next()?.parse().ok()?;
    }
    Some((recording, numbers))
}

fn main() -> ExitCode {
    let Some((recording, numbers)) = options(std::env::args().skip(1)) else {
        eprintln!("usage: shop RECORDING [--ticks N] [--every MS] [--seed N]");
        return ExitCode::from(2);
    };
    let Err(error) = run(Path::new(&recording), numbers) else { return ExitCode::SUCCESS };
    eprintln!("shop: {error}");
    ExitCode::FAILURE
}
