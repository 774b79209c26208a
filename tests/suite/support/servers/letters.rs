//! Mail for the servers: small, each letter with its own subject and Message-ID, the same in every run.

/// The letter with a number.
pub fn letter(number: usize) -> String {
    let (minute, hour, day) = (number % 60, number / 60 % 24, number / 1440 % 28 + 1);
    let thread =
        if number % 7 == 3 { format!("In-Reply-To: <m{}@test.example>\r\n", number - 3) } else { String::new() };
    format!(
        "From: Person {who} <person{who}@example.org>\r\nTo: me@example.org\r\nSubject: Matter {number}\r\n\
         Date: {day:02} Oct 2026 {hour:02}:{minute:02}:00 +0000\r\nMessage-ID: <m{number}@test.example>\r\n{thread}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nText of matter {number}.\r\n{}",
        "One more line of it, so that it has some length.\r\n".repeat(number % 9),
        who = number % 41,
    )
}

/// The Message-ID of the letter with a number.
pub fn message_id(number: usize) -> String {
    format!("m{number}@test.example")
}
