//! Keys of arrays: chosen, named in the headings, in tree and diff, from then on.

use super::harness::Harness;

const STATES: &[&str] = &[
    r#"{"cart":{"items":[{"id":1,"sku":"a","qty":1},{"id":2,"sku":"b","qty":2}]}}"#,
    r#"{"cart":{"items":[{"id":2,"sku":"a","qty":1},{"id":1,"sku":"b","qty":2}]}}"#,
];

fn screen() -> Harness {
    let mut screen = Harness::states(STATES, 120, 36);
    screen.command("path .cart.items").keys("l").sees("[2] by id");
    screen
}

#[test]
fn a_key_is_chosen_from_those_that_tell_elements_apart() {
    let mut screen = screen();
    screen.keys("z k").sees("Match the elements of .cart.items").sees("sku").sees("auto").sees("index");
    screen.text("sku").keys("Enter").sees("Elements of .cart.items are matched by \"sku\"").sees("[2] by sku");
    screen.keys("d j").sees("by sku").sees("arrays matched by \"sku\" (chosen)").keys("z k").sees("now");
    screen.text("index").keys("Enter").sees("[2] by index");
    screen.keys("k").sees("arrays matched by index (chosen)");
    screen.command("array-key auto").keys("j").sees("arrays matched by \"id\" (auto)");
}

#[test]
fn a_chosen_key_names_elements_where_nothing_changed() {
    let mut screen = screen();
    screen.command("array-key sku").keys(",").sees("[2] by sku").sees("▸ a").sees("▸ b");
}

#[test]
fn what_does_not_tell_elements_apart_is_refused() {
    let mut screen = screen();
    screen.command("array-key name").sees("\"name\" is not unique among the elements of .cart.items").sees("by id");
    screen.command("path .cart").keys("z k").sees("No array here");
}
