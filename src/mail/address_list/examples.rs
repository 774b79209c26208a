//! Address fields as the standard has them, and as programs write them.

use super::{AddressFieldKind, all};

fn read(field: &str) -> Vec<(String, String)> {
    all(field, AddressFieldKind::Recipient).map(|it| (it.name, it.address)).collect()
}

fn one(field: &str) -> (String, String) {
    let mut list = read(field);
    assert_eq!(list.len(), 1, "{field}: {list:?}");
    list.remove(0)
}

fn is(field: &str, name: &str, address: &str) {
    assert_eq!(one(field), (name.to_owned(), address.to_owned()), "{field}");
}

#[test]
fn names_before_brackets() {
    is("Ann <ann@a.example>", "Ann", "ann@a.example");
    is("\"Smith, Ann (home)\" <ann@a.example>", "Smith, Ann (home)", "ann@a.example");
    is("Mr. John Q. Public <j@x.example>", "Mr. John Q. Public", "j@x.example");
    is("[build] #12 <ci@x.example>", "[build] #12", "ci@x.example");
    is("\"Joe\" Q. \"\\\"Public\\\"\"<j@x.example>", "Joe Q. \"Public\"", "j@x.example");
    is("alice@a.example <bob@b.example>", "alice@a.example", "bob@b.example");
    is("\"MAILER-DAEMON\" <>", "MAILER-DAEMON", "");
    assert_eq!(read("<>"), []);
}

#[test]
fn comments_are_names_where_there_is_no_other() {
    is("ann@a.example (Ann (at home))", "Ann (at home)", "ann@a.example");
    is("(Ann) ann@a.example", "Ann", "ann@a.example");
    is("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete", "pete@silly.test");
    is("<ann@a.example> (Ann)", "Ann", "ann@a.example");
}

#[test]
fn quoted_local_parts_keep_the_quotes_that_they_need() {
    is("\"a\\\"b c, d\"@x.example", "", "\"a\\\"b c, d\"@x.example");
    is("Ann <\"ann.b\"@x.example>", "Ann", "ann.b@x.example");
    is("<\"a@b\"@x.example>", "", "\"a@b\"@x.example");
    is("Ann <\"ann\">", "Ann", "ann");
}

#[test]
fn groups_give_their_members_and_empty_ones_nobody() {
    assert_eq!(read("undisclosed-recipients:;"), []);
    let list = read("A Group(of people):Ed <ed@x.example>,joe@y.example, John <j@z.example>; bob@b.example");
    let addresses: Vec<_> = list.iter().map(|(_, address)| address.as_str()).collect();
    assert_eq!(addresses, ["ed@x.example", "joe@y.example", "j@z.example", "bob@b.example"]);
    is("mailto:ann@a.example", "", "ann@a.example");
    is("ann@[IPv6:::1]", "", "ann@[IPv6:::1]");
}

#[test]
fn routes_and_blanks_of_old_are_left_out() {
    is("Mary <@node.test,@b.test:mary@example.net>", "Mary", "mary@example.net");
    is("john . doe @ example . net", "", "john.doe@example.net");
    is("<john. doe @ example. net>", "", "john.doe@example.net");
    assert_eq!(read("a@a.example,, ,b@b.example;c@c.example").len(), 3);
}

#[test]
fn what_is_not_closed_loses_nobody() {
    is("\"Ann <ann@a.example>", "Ann", "ann@a.example");
    is("Ann (at home <ann@a.example>", "Ann (at home", "ann@a.example");
    assert_eq!(read("Ann <ann@a.example, bob@b.example").len(), 2);
    is("Ann <<ann@a.example>>", "Ann", "ann@a.example");
    is("J. Doe j@x.example", "J. Doe", "j@x.example");
    is("two words", "two words", "");
    is("root", "", "root");
}

#[test]
fn names_with_commas_belong_to_the_address_that_follows() {
    is("Holm, Ann <ann@a.example>", "Holm, Ann", "ann@a.example");
    is("Ann Holm, PhD; Tide Office <ann@a.example>", "Ann Holm, PhD; Tide Office", "ann@a.example");
    is("\"Holm\", Ann, Dr. ann@a.example", "Holm, Ann, Dr.", "ann@a.example");
    is("Holm, , Ann <ann@a.example> (at home)", "Holm, Ann", "ann@a.example");
    let list = read("Holm, Ann <ann@a.example>, bob@b.example; Sea, Cat (at home) <cat@c.example>, root, d@d.example");
    let list: Vec<_> = list.iter().map(|(name, address)| (name.as_str(), address.as_str())).collect();
    let cat = ("Sea, Cat", "cat@c.example");
    let (ann, bob) = (("Holm, Ann", "ann@a.example"), ("", "bob@b.example"));
    assert_eq!(list, [ann, bob, cat, ("", "root"), ("", "d@d.example")]);
    assert_eq!(read("crew: Holm, Ann <ann@a.example>, root; Bob <bob@b.example>").len(), 3);
    let author = |field: &str| all(field, AddressFieldKind::Author).map(|it| (it.name, it.address)).collect::<Vec<_>>();
    for field in ["Holm, ann@a.example", "Holm, <ann@a.example>", "Holm; ann@a.example (Ann)"] {
        assert_eq!(author(field), [("Holm".to_owned(), "ann@a.example".to_owned())], "{field}");
    }
}

#[test]
fn what_stands_in_quotes_and_has_no_domain_keeps_its_quotes() {
    is("Mum <\"mum@a.example\">", "Mum", "\"mum@a.example\"");
    is("\"mum@a.example\"", "", "\"mum@a.example\"");
    is("\"Tides\"", "Tides", "");
}

#[test]
fn two_addresses_where_one_can_stand_are_told() {
    for field in ["<a@a.example> <b@b.example>", "<a@a.example b@b.example>", "a@a.example b@b.example", "<a@a<b@b>"] {
        assert!(all(field, AddressFieldKind::Author).any(|it| it.several), "{field}");
    }
    for field in ["<a@a.example> <A@a.example>", "<<a@a.example>>", "a@a.example <b@b.example>", "<@r:a@a.example>"] {
        assert!(all(field, AddressFieldKind::Author).all(|it| !it.several), "{field}");
    }
}

#[test]
fn floods_take_linear_time() {
    for piece in [
        "(",
        "\"",
        "<",
        "\\(",
        "((a)",
        "\"\\",
        "<@a:",
        "a . ",
        ": ",
        "a@",
        "(\"",
        "[<(",
        "a,",
        "a,b <c@d>;",
        ",",
        "a:b,",
        "<a@b>",
    ] {
        all(&piece.repeat(200_000 / piece.len()), AddressFieldKind::Author).for_each(drop);
    }
}

proptest::proptest! {
    #[test]
    fn anything_can_be_read(field in "([<>()\",;:@. \\\\\\[]|[a-c]|\\PC){0,40}") {
        for it in all(&field, AddressFieldKind::Author) {
            proptest::prop_assert!(!it.name.is_empty() || !it.address.is_empty());
        }
    }

    #[test]
    fn a_quoted_local_part_comes_back(local in "\\PC{1,20}") {
        let quoted = local.replace('\\', "\\\\").replace('"', "\\\"");
        let found = read(&format!("<\"{quoted}\"@x.example>"));
        let again = read(&format!("<{}>", found[0].1));
        proptest::prop_assert_eq!(found, again);
    }
}
