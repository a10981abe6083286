//! The recording that `tests/ux/run` looks at: 60,200 versions of a shop, the same every time, written through the library
//! as an application does. Usage: `ux-fixture DIRECTORY`.
//!
//! | Version | What is there |
//! |---|---|
//! | #44,640 to #48,213 | the differences that the checks count; all else turns in cycles that meet again there |
//! | #48,211 | snapshot `pre-checkout` |
//! | #48,213 to #48,215 | transaction tx-981: its third step of five fails, and it goes back to its second |
//! | #48,525 | a rollback to #48,212 |
//! | #57,001 to #57,160 | variants A to D of checkout-v2, forked from snapshot `baseline` at #40,512 |
//!
//! A step that fails makes no version, and the way back to a checkpoint makes one: #48,215, where the design's sketch has
//! #48,216 for the step and #48,217 for the way back.

use asof::{Draft, Metric, Recording, Result, SnapshotRequest, Strategy, Tenant, Time, Version};
use chrono::DateTime;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicI64, Ordering};

const NEWEST: u64 = 60_200;
const CHECKOUT: u64 = 48_213;

/// When versions were made, in milliseconds of 2026-10-09; between two lines in equal steps.
const TIMES: [(u64, i64); 7] = [
    (0, 8 * 3_600_000),
    (44_640, 34_798_120),
    (48_200, 34_866_900),
    (CHECKOUT, 34_867_382),
    (48_524, 34_878_000),
    (48_525, 34_879_004),
    (NEWEST, 35_920_000),
];

/// The clock: milliseconds since 1970.
static NOW: AtomicI64 = AtomicI64::new(0);

fn clock() -> Time {
    DateTime::from_timestamp_millis(NOW.load(Ordering::Relaxed)).unwrap_or_default()
}

/// Sets the clock to when a version is made.
fn at(version: u64) {
    let midnight = DateTime::parse_from_rfc3339("2026-10-09T00:00:00Z").map_or(0, |day| day.timestamp_millis());
    let next = TIMES.iter().position(|(made, _)| *made >= version).unwrap_or(TIMES.len() - 1).max(1);
    let ((from, start), (to, end)) = (TIMES[next - 1], TIMES[next]);
    let share = (version - from) as i64 * (end - start) / (to - from) as i64;
    NOW.store(midnight + start + share, Ordering::Relaxed);
}

fn session(number: u64) -> (String, Value) {
    let (name, user) = (format!("s-{number:04}"), format!("user-{}", number * 7 % 61));
    (name, json!({"cart": null, "seen": 0, "state": "active", "user": user}))
}

fn state() -> Value {
    let sessions: serde_json::Map<_, _> = (1..=100).map(session).collect();
    let prices: serde_json::Map<_, _> = (1..=30).map(|n| (format!("p-{n:02}"), json!(n))).collect();
    let prefs: serde_json::Map<_, _> = (1..=31).map(|n| (format!("pref-{n:02}"), json!(n % 3 == 0))).collect();
    json!({
        "audit": [],
        "cart": {"coupon": "SPRING-26", "currency": "EUR", "items": [{"price": 59.25, "qty": 1, "sku": "A7"}],
                 "total": 118.50},
        "config": {"prices": prices, "region": "eu-west", "workers": 4},
        "promo": {},
        "sessions": sessions,
        "user": {"name": "Ana", "note": "see draft order", "prefs": prefs},
    })
}

/// What happens anyway: a session is seen, and now and then all prices are new. Between #44,640 and #48,213 both cycles
/// turn a whole number of times, so that nothing of this differs between the two.
fn turn(version: u64, draft: &mut Draft) -> Result<()> {
    if is_refresh(version) {
        let round = (version - 120) / 210 % 17;
        (1..=30).try_for_each(|n| draft.set(&format!(".config.prices.p-{n:02}"), &(n + round)))?;
    }
    if version == 44_640 {
        return Ok(());
    }
    draft.set(&format!(".sessions.s-{:04}.seen", 50 + version % 9), &(1 + version / 9 % 397))
}

fn is_refresh(version: u64) -> bool {
    version % 210 == 120
}

fn label(version: u64) -> &'static str {
    match version % 11 {
        _ if is_refresh(version) => "price.refresh",
        3 => "cart.view",
        7 => "search.run",
        _ => "session.touch",
    }
}

/// Ordinary versions until `last` is the newest.
fn go_on(shop: &Tenant, last: u64) -> Result<()> {
    let newest = shop.history().newest().0;
    for version in newest + 1..=last {
        at(version);
        shop.apply(label(version), |draft| turn(version, draft))?;
    }
    Ok(())
}

/// A small transaction of two steps every 49 versions: the 980th ends at #48,021.
fn collected(shop: &Tenant, last: u64) -> Result<()> {
    let newest = shop.history().newest().0;
    for first in (newest / 49 * 49 + 49..last).step_by(49) {
        go_on(shop, first - 1)?;
        let step = |version| {
            move |draft: &mut Draft| {
                at(version);
                Ok(turn(version, draft)?)
            }
        };
        let mut both = shop.transaction("session.gc").step("mark", step(first)).step("sweep", step(first + 1));
        both.run()?;
    }
    go_on(shop, last)
}

fn snapshot(shop: &Tenant, name: &str, tags: &[&str]) -> Result<()> {
    let request = tags.iter().fold(SnapshotRequest::named(name), |request, tag| request.tagged(tag));
    shop.snapshot(&request).map(drop)
}

fn auto(shop: &Tenant) -> Result<()> {
    shop.snapshot(&SnapshotRequest::default()).map(drop)
}

fn checkout(draft: &mut Draft) -> Result<()> {
    at(CHECKOUT);
    (101..=150).map(session).try_for_each(|(name, session)| draft.set(&format!(".sessions.{name}"), &session))?;
    draft.set(".sessions.s-0001.state", "idle")?;
    draft.set(".cart.total", &168.50)?;
    draft.set(".cart.items[0].qty", &2)?;
    draft.push(".cart.items", &json!({"price": 50.00, "qty": 1, "sku": "B2"}))?;
    draft.set(".user.note", "see final order")?;
    draft.remove(".cart.coupon")?;
    draft.set(".promo.code", "SPRING-26")
}

/// tx-981: a step that fails, and the way back to the checkpoint before it.
fn failing(shop: &Tenant) -> Result<()> {
    let capture = |_: &mut Draft| {
        at(48_215);
        Err("PaymentDeclined: card_expired   (attempt 3 of 3)\nat src/pay.rs:88".into())
    };
    let run = shop
        .transaction("checkout")
        .step("cart.checkout", |draft| Ok(checkout(draft)?))
        .checkpoint("checkout")
        .step("cart.validate", |draft| {
            at(48_214);
            Ok(draft.set(".user.note", "see final order, checked")?)
        })
        .checkpoint("validate")
        .step("pay.capture", capture)
        .step("ship", |_| Ok(()))
        .step("receipt", |_| Ok(()))
        .run();
    match run {
        Err(failed) => failed.roll_back_to("validate").map(drop),
        Ok(_) => Err(asof::Error::Usage("the third step was to fail".into())),
    }
}

/// p95 latency, throughput, state size, errors, sessions at the end, score.
const VARIANTS: [(&str, [&str; 6]); 4] = [
    ("A", ["41.2", "1180", "2.1", "0", "150", "0.50"]),
    ("B", ["33.0", "1310", "2.9", "0", "150", "0.81"]),
    ("C", ["22.8", "1742", "2.2", "0", "150", "0.93"]),
    ("D", ["21.9", "1760", "3.4", "3", "149", "0.64"]),
];

fn measured(figures: [&str; 6]) -> Result<Vec<Metric>> {
    let [p95, throughput, size, errors, sessions, score] = figures;
    [
        format!("p95 latency={p95} ms:lower"),
        format!("throughput={throughput} /s:higher"),
        format!("state size={size} MB:lower"),
        format!("errors={errors}:zero"),
        format!("sessions at end={sessions}:equal"),
        format!("score={score}"),
    ]
    .iter()
    .map(|text| Metric::parse(text))
    .collect()
}

/// The experiment checkout-v2. D breaks two guardrails.
fn variants(shop: &Tenant) -> Result<()> {
    shop.measure("baseline", &measured(VARIANTS[0].1)?)?;
    for (more, (name, figures)) in (1..).zip(VARIANTS) {
        shop.variant(name, "baseline")?;
        let variant = shop.on(name)?;
        for n in 1..=40 {
            at(shop.history().newest().0 + 1);
            variant.apply("checkout-v2", |draft| draft.set(".config.workers", &(4 + more + n % 5)))?;
        }
        shop.measure(name, &measured(figures)?)?;
    }
    Ok(())
}

fn write(directory: &Path) -> Result<()> {
    let recording = Recording::create(directory)?.with_clock(clock);
    let shop = recording.tenant_or_new(&"acme-eu".into())?.by("shop");
    at(1);
    shop.record("open", &state())?;
    collected(&shop, 40_512)?;
    snapshot(&shop, "baseline", &["ab"])?;
    for stop in [42_000, 44_000, 46_000] {
        collected(&shop, stop)?;
        auto(&shop)?;
    }
    collected(&shop, 48_021)?;
    go_on(&shop, 48_211)?;
    snapshot(&shop, "pre-checkout", &["rel", "demo"])?;
    go_on(&shop, CHECKOUT - 1)?;
    failing(&shop)?;
    go_on(&shop, 48_524)?;
    at(48_525);
    shop.by("ops").rollback(&Strategy::Version(Version(CHECKOUT - 1)), "payments were declined")?;
    go_on(&shop, 52_000)?;
    auto(&shop)?;
    go_on(&shop, 55_730)?;
    snapshot(&shop, "after-migration", &["rel"])?;
    go_on(&shop, 57_000)?;
    variants(&shop)?;
    go_on(&shop, NEWEST)
}

fn main() -> ExitCode {
    let Some(directory) = std::env::args_os().nth(1) else {
        eprintln!("usage: ux-fixture DIRECTORY");
        return ExitCode::from(2);
    };
    let Err(error) = write(Path::new(&directory)) else { return ExitCode::SUCCESS };
    eprintln!("ux-fixture: {error}");
    ExitCode::FAILURE
}
