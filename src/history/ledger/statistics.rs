//! Means, spreads, and whether two samples differ by more than chance.
//!
//! Pure functions of doubles. Where a formula is from stands at its function. Samples are of finite doubles of any size:
//! they are scaled before they are squared. Must not name: `record`, `value`.

/// How likely a difference is by chance alone, at most, for it to count: 5 %.
pub const SIGNIFICANT: f64 = 0.05;

/// Samples smaller than this are compared by resampling, not by the t distribution.
const FEW: usize = 10;

/// Resamples of a bootstrap, unless that draws more than [`MOST_DRAWS`] figures.
const RESAMPLES: usize = 999;
const FEWEST_RESAMPLES: usize = 199;
const MOST_DRAWS: usize = 400_000;

/// The same seed each time: the same figures give the same answer.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// The arithmetic mean; 0 of nothing. O(n).
pub fn mean(sample: &[f64]) -> f64 {
    let scale = scale(sample);
    scaled_mean(sample, scale) * scale
}

/// The sample standard deviation (divided by `n - 1`); `None` of fewer than two, or beyond the range of a double. O(n).
pub fn deviation(sample: &[f64]) -> Option<f64> {
    let scale = scale(sample);
    (sample.len() > 1).then(|| variance(sample, scale).sqrt() * scale).filter(|deviation| deviation.is_finite())
}

/// What a test of two means found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricTest {
    /// How the p value was found.
    pub method: TestMethod,
    /// The difference of the means, left minus right, in standard errors.
    pub t: f64,
    /// Degrees of freedom of Welch and Satterthwaite.
    pub freedom: f64,
    /// How likely a difference this large or larger is where the means are equal, either way.
    pub p: f64,
}

impl MetricTest {
    /// Whether the means differ by more than chance explains, at 95 %.
    pub fn is_significant(&self) -> bool {
        self.p < SIGNIFICANT
    }
}

/// How a p value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TestMethod {
    /// Welch's t test.
    Welch,
    /// A bootstrap of Welch's t.
    Bootstrap,
}

/// Compares the means of two samples: by Welch's t test, or by a bootstrap where either has fewer than 10 figures. `None`
/// where either has fewer than two, or neither has any spread. O(n), a bootstrap O(1,000 n) and at most 400,000 draws
/// (at least 199 resamples).
pub fn compare(left: &[f64], right: &[f64]) -> Option<MetricTest> {
    let test = welch(left, right)?;
    if left.len().min(right.len()) >= FEW {
        return Some(test);
    }
    Some(MetricTest { method: TestMethod::Bootstrap, p: bootstrap(left, right, test.t), ..test })
}

/// Welch's t test of two means with unequal variances: B. L. Welch, Biometrika 34 (1947), 28-35; the degrees of freedom
/// are those of F. E. Satterthwaite, Biometrics Bulletin 2 (1946), 110-114.
pub fn welch(left: &[f64], right: &[f64]) -> Option<MetricTest> {
    if left.len() < 2 || right.len() < 2 {
        return None;
    }
    let scale = common_scale(left, right);
    let MeanSpread { error, freedom } = MeanSpread::of(left, right, scale)?;
    let t = (scaled_mean(left, scale) - scaled_mean(right, scale)) / error;
    Some(MetricTest { method: TestMethod::Welch, t, freedom, p: two_sided(t, freedom) })
}

/// The standard error of a difference of means, and its degrees of freedom.
struct MeanSpread {
    error: f64,
    freedom: f64,
}

impl MeanSpread {
    /// `None` where neither sample has any spread.
    fn of(left: &[f64], right: &[f64], scale: f64) -> Option<Self> {
        let part = |sample: &[f64]| variance(sample, scale) / count(sample);
        let (one, other) = (part(left), part(right));
        let sum = one + other;
        if sum <= 0.0 {
            return None;
        }
        // As shares of the sum: squares of tiny variances would be 0.
        let (one, other) = (one / sum, other / sum);
        let freedom = 1.0 / (one * one / (count(left) - 1.0) + other * other / (count(right) - 1.0));
        Some(Self { error: sum.sqrt(), freedom })
    }
}

/// The share of resamples whose t is as far from 0 as `t`, the given samples counted as one of them: B. Efron and R. J.
/// Tibshirani, An Introduction to the Bootstrap (1993), algorithm 16.2. Each sample is moved to the common mean, drawn from
/// with replacement, and compared by t. Resamples without any spread count as farther away unless their means are equal, so
/// that two figures a side are never enough.
fn bootstrap(left: &[f64], right: &[f64], t: f64) -> f64 {
    let scale = common_scale(left, right);
    let centred = |sample: &[f64]| -> Vec<f64> {
        let mean = scaled_mean(sample, scale);
        sample.iter().map(|figure| figure / scale - mean).collect()
    };
    let (left, right) = (centred(left), centred(right));
    let rounds = (MOST_DRAWS / (left.len() + right.len())).clamp(FEWEST_RESAMPLES, RESAMPLES);
    let mut random = Random(SEED);
    let (mut one, mut other) = (left.clone(), right.clone());
    let mut farther = 0_u32;
    for _ in 0..rounds {
        one.iter_mut().for_each(|figure| *figure = left[random.below(left.len())]);
        other.iter_mut().for_each(|figure| *figure = right[random.below(right.len())]);
        let difference = scaled_mean(&one, 1.0) - scaled_mean(&other, 1.0);
        let is_farther = match MeanSpread::of(&one, &other, 1.0) {
            Some(found) => (difference / found.error).abs() >= t.abs(),
            None => difference != 0.0,
        };
        farther += u32::from(is_farther);
    }
    let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
    f64::from(farther + 1) / f64::from(rounds + 1)
}

/// `SplitMix64`: G. L. Steele, D. Lea and C. H. Flood, OOPSLA (2014), 453-472.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(SEED);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The high half of a product: D. Lemire, ACM Transactions on Modeling and Computer Simulation 29 (2019), 3.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from((u128::from(self.next()) * end as u128) >> 64).unwrap_or(0)
    }
}

/// The power of two below the largest magnitude, so that no square overflows and nothing is rounded; 1 where all are 0.
fn scale(sample: &[f64]) -> f64 {
    let largest = largest(sample);
    if largest > 0.0 { f64::from_bits(largest.to_bits() & EXPONENT).max(f64::MIN_POSITIVE) } else { 1.0 }
}

/// The bits of a double's exponent.
const EXPONENT: u64 = 0x7ff0_0000_0000_0000;

/// The scale for two samples.
fn common_scale(left: &[f64], right: &[f64]) -> f64 {
    scale(if largest(left) >= largest(right) { left } else { right })
}

fn largest(sample: &[f64]) -> f64 {
    sample.iter().fold(0.0, |largest: f64, figure| largest.max(figure.abs()))
}

#[expect(clippy::cast_precision_loss, reason = "no sample has 2^53 figures")]
fn count(sample: &[f64]) -> f64 {
    sample.len() as f64
}

fn scaled_mean(sample: &[f64], scale: f64) -> f64 {
    if sample.is_empty() {
        return 0.0;
    }
    // What rounding lost of the first mean is the mean of the rests.
    let first = sample.iter().map(|figure| figure / scale).sum::<f64>() / count(sample);
    first + sample.iter().map(|figure| figure / scale - first).sum::<f64>() / count(sample)
}

/// The corrected two-pass algorithm: T. F. Chan, G. H. Golub and R. J. `LeVeque`, The American Statistician 37 (1983),
/// 242-247, formula 1.7.
fn variance(sample: &[f64], scale: f64) -> f64 {
    let mean = scaled_mean(sample, scale);
    let rests = || sample.iter().map(|figure| figure / scale - mean);
    let (squares, rest) = (rests().map(|rest| rest * rest).sum::<f64>(), rests().sum::<f64>());
    ((squares - rest * rest / count(sample)) / (count(sample) - 1.0)).max(0.0)
}

/// The probability of a t this far from 0 or farther: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions
/// (1964), 26.7.1 with 26.5.27.
fn two_sided(t: f64, freedom: f64) -> f64 {
    let square = t * t;
    if !square.is_finite() {
        return 0.0;
    }
    incomplete_beta(freedom / 2.0, 0.5, freedom / (freedom + square), square / (freedom + square)).clamp(0.0, 1.0)
}

/// The regularized incomplete beta function at `x`, with `rest` = `1 - x` in full precision. NIST Digital Library of
/// Mathematical Functions, 8.17.4 and 8.17.22.
fn incomplete_beta(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    if x <= 0.0 || rest <= 0.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let front = |a: f64, b: f64, x: f64, rest: f64| {
        (a * x.ln() + b * rest.ln() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b)).exp() / a * fraction(a, b, x)
    };
    // The fraction converges fast on this side of the mean.
    if x < (a + 1.0) / (a + b + 2.0) { front(a, b, x, rest) } else { 1.0 - front(b, a, rest, x) }
}

/// The continued fraction of the incomplete beta function (DLMF 8.17.22) by the modified Lentz method: W. J. Lentz, Applied
/// Optics 15 (1976), 668-671; I. J. Thompson and A. R. Barnett, Journal of Computational Physics 64 (1986), 490-509.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let safe = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut above, mut below) = (1.0, 1.0 / safe(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = below;
    let mut by = |term: f64| {
        below = 1.0 / safe(1.0 + term * below);
        above = safe(1.0 + term / above);
        above * below
    };
    for step in 1..10_000_u32 {
        let step = f64::from(step);
        let twice = a + 2.0 * step;
        value *= by(step * (b - step) * x / ((twice - 1.0) * twice));
        let change = by(-(a + step) * (a + b + step) * x / (twice * (twice + 1.0)));
        value *= change;
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// The logarithm of the gamma function for `x` > 0: Stirling's series (DLMF 5.11.1) after moving `x` above 10 by the
/// recurrence (DLMF 5.5.1).
fn ln_gamma(x: f64) -> f64 {
    const SERIES: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1_260.0,
        -1.0 / 1_680.0,
        1.0 / 1_188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3_617.0 / 122_400.0,
    ];
    let (mut x, mut product) = (x, 1.0);
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let tail = SERIES.iter().rev().fold(0.0, |sum, term| sum * inverse * inverse + term) * inverse;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + tail - product.ln()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn close(found: f64, wanted: f64, share: f64, what: &str) {
        assert!((found - wanted).abs() <= share * wanted.abs(), "{what}: {found} is not {wanted}");
    }

    /// `tests/data/welch.jsonl`: 200 pairs of samples and what scipy says of them; `welch.py` beside it wrote them.
    #[test]
    fn welch_is_that_of_scipy() {
        let figures = include_str!("../../../tests/data/welch.jsonl");
        let numbers = |value: &serde_json::Value| -> Vec<f64> {
            value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
        };
        let mut checked = 0;
        for (at, line) in figures.lines().enumerate() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let (a, b) = (numbers(&case["a"]), numbers(&case["b"]));
            let found = welch(&a, &b).unwrap();
            // A p value says no more than its logarithm holds; sums of large figures are rounded by scipy too.
            close(found.t, case["t"].as_f64().unwrap(), 1e-7, &format!("t of {at}"));
            close(found.freedom, case["df"].as_f64().unwrap(), 1e-7, &format!("df of {at}"));
            close(found.p, case["p"].as_f64().unwrap(), 1e-6, &format!("p of {at}"));
            let (means, deviations) = (numbers(&case["means"]), numbers(&case["deviations"]));
            for (sample, at) in [(&a, 0), (&b, 1)] {
                close(mean(sample), means[at], 1e-12, "mean");
                close(deviation(sample).unwrap(), deviations[at], 1e-7, "deviation");
            }
            checked += 1;
        }
        assert_eq!(checked, 200);
    }

    #[test]
    fn what_cannot_be_tested_is_not() {
        for (left, right) in
            [(&[][..], &[][..]), (&[1.0], &[2.0]), (&[1.0, 2.0], &[3.0]), (&[5.0, 5.0], &[7.0, 7.0, 7.0])]
        {
            assert_eq!(compare(left, right), None, "{left:?} {right:?}");
        }
        assert_eq!((mean(&[]), deviation(&[4.0])), (0.0, None));
    }

    /// Two figures a side prove nothing, whatever their distance; equal samples do not differ; a clear difference of a few
    /// is found.
    #[test]
    fn few_figures_are_resampled() {
        let p = |left: &[f64], right: &[f64]| compare(left, right).unwrap();
        assert!(p(&[1.0, 1.1], &[900.0, 901.0]).p > SIGNIFICANT);
        let same = p(&[1.0, 2.0, 3.0, 4.0], &[1.0, 2.0, 3.0, 4.0]);
        assert!(same.p > 0.9 && same.method == TestMethod::Bootstrap);
        assert!(p(&[22.0, 23.0, 21.0, 22.5, 22.2], &[41.0, 40.0, 42.0, 41.5, 40.8]).is_significant());
        assert!(!p(&[22.0, 33.0, 11.0, 29.0, 18.0], &[23.0, 30.0, 14.0, 31.0, 19.0]).is_significant());
        let many: Vec<f64> = (0..40).map(|n| f64::from(n % 7)).collect();
        assert_eq!(p(&many, &many).method, TestMethod::Welch);
    }

    /// Of samples from one source about one in twenty may differ; of few the share must not be larger than promised.
    #[test]
    fn chance_is_taken_for_a_difference_as_rarely_as_promised() {
        let mut random = Random(7);
        let mut normal = || {
            (0..12).map(|_| f64::from(u32::try_from(random.below(1 << 20)).unwrap()) / f64::from(1 << 20)).sum::<f64>()
                - 6.0
        };
        for count in [3, 5, 9, 15] {
            let mut sample = || (0..count).map(|_| normal()).collect::<Vec<f64>>();
            let wrong = (0..200).filter(|_| compare(&sample(), &sample()).unwrap().is_significant()).count();
            assert!(wrong <= 22, "{wrong} of 200 with {count} figures");
        }
    }

    proptest! {
        #[test]
        fn figures_of_any_size_give_a_probability(left in prop::collection::vec(prop::num::f64::NORMAL, 2..14), right in prop::collection::vec(prop::num::f64::NORMAL, 2..14)) {
            if let Some(test) = compare(&left, &right) {
                prop_assert!((0.0..=1.0).contains(&test.p), "{:?}", test);
                let (one, turned) = (welch(&left, &right).unwrap(), welch(&right, &left).unwrap());
                prop_assert!((one.p - turned.p).abs() < 1e-12, "{:?} {:?}", one, turned);
            }
            prop_assert!(mean(&left).is_finite());
        }
    }
}
