//! Comparisons of `null` with numbers are noticed: all of them, and those that hold.

use super::super::{Query, QueryBudget};
use crate::value;

#[test]
fn what_is_said_by_comparing_null_is_told_from_what_is_said_by_numbers() {
    let value = r#"{"balance":null,"paid":3,"rows":[{"n":1},{"n":null},{}],"name":"x"}"#;
    let (value, budget) = (value::parse(value.as_bytes()).unwrap(), QueryBudget::default());
    for (filter, compared, held) in [
        (".balance < 0", true, true),
        (".missing < 0", true, true),
        ("0 > .missing", true, true),
        (".balance <= 0", true, true),
        (".balance >= 0", true, false),
        (".missing > 5", true, false),
        ("0 <= .missing", true, false),
        (".balance | numbers < 0", false, false),
        (".paid < 5", false, false),
        (".paid < 5 and .missing < 0", true, true),
        (".paid < 0 and .missing < 0", false, false),
        (".missing > 0 or .paid < 5", true, false),
        (".rows | any(.n < 0)", true, true),
        (".rows | all(.n > 0)", true, false),
        ("any(.rows[].n; . < 0)", true, true),
        ("any(.rows[].n; . > 0)", false, false),
        ("[.rows[].n] | all(. >= 0)", true, false),
        (".rows | map(.n) | min == null", false, false),
        (".name > .balance", false, false),
        (".name >= .balance", false, false),
        (".balance == null", false, false),
        (".balance == 0", false, false),
        ("[.rows[] | select(.n < 0)] | length == 2", true, true),
    ] {
        let query = Query::compile(filter).unwrap();
        assert_eq!(query.compares_null(&value, &budget), compared, "{filter}");
        assert_eq!(query.holds_by_null(&value, &budget), held, "{filter}");
    }
}
