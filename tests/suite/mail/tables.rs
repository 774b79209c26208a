//! Holds `src/mail/letter/tables.rs`, `src/mail/letter/sanitize/table.rs`: tables of data keep their columns, or say of each value what
//! it is; tables that only lay out a page do neither.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use tidebox::domain::ids::Id;
use tidebox::domain::letter::LetterLine;
use tidebox::mail;
use unicode_width::UnicodeWidthStr;

fn lines(html: &str, width: u16) -> Vec<String> {
    let raw = format!("Subject: x\nContent-Type: text/html; charset=utf-8\n\n{html}");
    let text = |line: &LetterLine| line.spans.iter().map(|span| span.text.as_str()).collect::<String>();
    mail::letter(Id(1), raw.as_bytes(), width, None).lines.iter().map(text).collect()
}

fn fixture(name: &str, width: u16) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail/tables");
    lines(&fs::read_to_string(folder.join(name)).unwrap(), width).join("\n")
}

#[test]
fn an_invoice_keeps_its_columns() {
    let shown = fixture("invoice.html", 77);
    let table = "\
Article                      Quantity       Price         Sum
Tide table 2027, hard cover         2   12.50 EUR   25.00 EUR
Brass lantern [1]                   1  149.00 EUR  149.00 EUR
Rope, 8 mm, per metre             120    0.90 EUR  108.00 EUR
Shipping                                             4.90 EUR
Total                                              286.90 EUR

Order date:  28 November 2026
Deliver to:  Ann Example, Harbour Street 4, 20457 Hamburg
Carrier:     Parcel, arrives Tuesday

Track the parcel [2] Help [3]";
    assert!(shown.contains(table), "{shown}");
    let narrow = fixture("invoice.html", 50);
    assert!(narrow.contains("Tide table 2027,        2   12.50 EUR   25.00 EUR\nhard cover\n"), "{narrow}");
}

#[test]
fn what_is_too_wide_says_of_each_value_what_it_is() {
    let shown = fixture("movements.html", 77);
    let rows = "\
* Booked: 2026-11-02
  Value date: 2026-11-02
  Counterparty: Stadtwerke Beispielstadt GmbH
  Purpose of the payment: Electricity October 2026, contract 4711-0815
  Reference: DE98ZZZ09999999999
  Debit: 84.20
  Balance: 1,204.55
* Booked: 2026-11-15
  Value date: 2026-11-16
  Counterparty: Example Employer AG
  Purpose of the payment: Salary November 2026
  Reference: SAL-2026-11
  Credit: 3,100.00
  Balance: 4,304.55

Yours, the bank";
    assert!(shown.contains(rows), "{shown}");
    let wide = fixture("movements.html", 160);
    assert!(wide.lines().any(|line| line.starts_with("Booked ") && line.ends_with("Balance")), "{wide}");
}

#[test]
fn tables_within_the_layout_of_a_page_are_found() {
    let build = fixture("build.html", 77);
    assert!(build.contains("linux / beta                                    failed       2m 40s  open"), "{build}");
    let stocks = fixture("stocks.html", 77);
    assert!(
        stocks.contains("AAA [1]        3.9   27.87%\nBBBB [2]      5.15  -27.16%\nCCCCC [3]   114.95    4.63%\n"),
        "{stocks}"
    );
    let trip = fixture("trip.html", 77);
    assert!(
        trip.contains("            From               To                 Seat\nMon 30 Nov  Hamburg Hbf 08:02"),
        "{trip}"
    );
}

#[test]
fn a_newsletter_is_read_from_top_to_bottom() {
    let shown = fixture("newsletter.html", 77);
    let order = [
        "Home [1] Archive [2] About [3]\n",
        "\nThe long read\n",
        "\n  I did not know that water could be this patient.\n",
        "\nIn short\n* A bridge was opened\n* A ferry was closed\n",
        "\n[lantern] Brass lantern\n149 EUR\n",
    ];
    let places: Vec<_> = order.iter().map(|part| shown.find(part)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{shown}");
}

/// What would take long, or make much out of little, if it were laid out as it asks for.
#[test]
fn hostile_tables_are_laid_out_in_the_time_of_others() {
    let empty = format!(
        "<table border=1>{}<tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
        "<tr></tr>".repeat(5_000)
    );
    assert_eq!(lines(&empty, 60), ["a  b", "c  d"]);
    let names = format!(
        "<table><tr><th>{}</th><th>x</th></tr>{}</table>",
        "n".repeat(100_000),
        "<tr><td>1</td><td>2</td></tr>".repeat(2_000)
    );
    let shown = lines(&names, 60);
    assert!(
        shown.iter().map(String::len).sum::<usize>() < 1_000_000,
        "a long name is not written again for each value"
    );
    let spans =
        format!("<table border=1>{}</table>", format!("<tr>{}</tr>", "<td colspan=50>v</td>".repeat(200)).repeat(20));
    assert!(lines(&spans, 60).iter().any(|line| line.contains('v')));
    let nested =
        format!("{}deep{}", "<table border=1><tr><th>a</th><td>".repeat(300), "</td></tr></table>".repeat(300));
    assert!(lines(&nested, 60).iter().any(|line| line.contains("deep")));
    let links = "<table><tr><th>N</th><th>M</th></tr><tr><td><a href='https://a.example/'></a></td><td>long words here</td></tr></table>";
    assert!(lines(links, 20).iter().all(|line| !line.contains("N: ")), "nothing is named that is not there");
}

/// One cell of a table: some words, or a number.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::collection::vec("[a-z]{1,9}", 1..4).prop_map(|words| words.join(" ")),
        2 => (0u32..100_000).prop_map(|number| format!("{number}.50")),
        1 => Just(String::new()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// At any width every value of a table is there and in its row's order, no line is wider than the letter, and where the rows
    /// stand side by side their numbers end in one column.
    #[test]
    fn no_value_is_lost_or_moved(
        rows in prop::collection::vec(prop::collection::vec(cell(), 4), 2..8), width in 20u16..120, layout: bool,
    ) {
        let mut html = "<table><tr><th>Alpha</th><th>Beta</th><th>Gamma</th><th>Delta</th></tr>".to_owned();
        for row in &rows {
            html.push_str("<tr>");
            for cell in row {
                html.push_str("<td>");
                html.push_str(cell);
                html.push_str("</td>");
            }
            html.push_str("</tr>");
        }
        html.push_str("</table>");
        if layout {
            html = format!("<table role=presentation><tr><td>before</td></tr><tr><td>{html}</td></tr></table>");
        }
        let shown = lines(&html, width);
        let all: String = shown.join("\n").chars().filter(|c| !c.is_whitespace()).collect();
        for line in &shown {
            prop_assert!(line.width() <= usize::from(width).max(20), "{line:?} in {width}");
        }
        for word in rows.iter().flatten().flat_map(|cell| cell.split_whitespace()) {
            prop_assert!(shown.iter().any(|line| line.contains(word)) || all.contains(word), "{word}\n{}", shown.join("\n"));
        }
        let header = shown.iter().find(|line| line.contains("Alpha"));
        if let Some(header) = header.filter(|header| header.contains("Delta")) {
            let numbers = rows.iter().all(|row| row[3].ends_with(".50")) && rows.iter().any(|row| row[0..3].iter().any(|it| !it.is_empty()));
            if numbers {
                let ends: Vec<_> = rows.iter().map(|row| {
                    shown.iter().find(|line| line.ends_with(&row[3])).map(|line| line.width())
                }).collect();
                prop_assert!(ends.windows(2).all(|two| two[0] == two[1]), "{ends:?} under {header}\n{}", shown.join("\n"));
            }
        }
    }
}
