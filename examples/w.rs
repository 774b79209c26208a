use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};
fn main() {
    for s in ["\u{fffd}", "a\u{fffd}b", "\u{fffd}x", "🇩", "a\u{fffd}", "�🇩"] {
        println!("{:?} {} {:?}", s, s.width(), s.chars().map(|c| c.width()).collect::<Vec<_>>());
    }
    println!("{}", tidebox::domain::printable::Printable::from("a\u{202e}b").width());
    println!("{:?}", tidebox::domain::cluster::clusters("a\u{fffd}b").collect::<Vec<_>>());
}
