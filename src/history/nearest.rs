//! Which known names look like one that is not known.

/// How many names an error lists.
const LISTED: usize = 3;

/// Longer names are compared by this many characters.
const COMPARED: usize = 64;

/// The names closest to `wanted`, nearest first; none that is too different to have been meant.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = letters(wanted);
    let mut close: Vec<_> =
        names.into_iter().filter_map(|name| Some((strangeness(&wanted, &letters(name))?, name))).collect();
    close.sort_unstable();
    close.dedup();
    close.into_iter().map(|(_, name)| name).take(LISTED).collect()
}

fn letters(name: &str) -> Vec<char> {
    name.chars().flat_map(char::to_lowercase).take(COMPARED).collect()
}

/// How far `name` is from what was wanted, first as it counts, then in letters. One that begins with the other (three
/// letters at least) counts as one letter away.
fn strangeness(wanted: &[char], name: &[char]) -> Option<(usize, usize)> {
    let edits = edits(wanted, name);
    let shorter = wanted.len().min(name.len());
    let begins = shorter >= 3 && wanted[..shorter] == name[..shorter];
    let counts = if begins { edits.min(1) } else { edits };
    (counts <= 2.max(wanted.len() / 3)).then_some((counts, edits))
}

/// Letters to insert, delete, replace, or swap with their neighbour to make `b` of `a`.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (row[j] + usize::from(x != y)).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_may_have_been_meant() {
        let names = ["v1.0.0", "v2.0.0", "v2.5.0-rc1", "prod_deploy", "beta", "Größe", "main~1", "latest"];
        for (wanted, expected) in [
            ("v2.0.1", &["v2.0.0", "v1.0.0"][..]),
            ("prod_depoly", &["prod_deploy"]),
            ("prod", &["prod_deploy"]),
            ("PROD_DEPLOY", &["prod_deploy"]),
            ("v2.5.0", &["v2.0.0", "v2.5.0-rc1", "v1.0.0"]),
            ("beta_test", &["beta"]),
            ("grösse", &["Größe"]),
            ("main~2", &["main~1"]),
            ("lastest", &["latest"]),
            ("something else", &[]),
            ("", &[]),
        ] {
            assert_eq!(nearest(wanted, names), expected, "{wanted}");
        }
    }

    #[test]
    fn edits_count_letters_and_swaps() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("abc", "xbc", 1),
            ("kitten", "sitting", 3),
            ("ab", "bca", 3),
        ] {
            let (a, b) = (letters(a), letters(b));
            assert_eq!(edits(&a, &b), expected);
            assert_eq!(edits(&b, &a), expected);
        }
    }

    #[test]
    fn endless_names_cost_little() {
        let long = "x".repeat(1_000_000);
        assert_eq!(nearest(&long, [long.as_str()]), [long.as_str()]);
    }
}
