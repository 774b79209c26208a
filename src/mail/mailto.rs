//! `mailto` links (RFC 6068): to whom, and what is written. Other fields of a link are not taken, since a page that somebody else
//! made is not to decide as whom one writes or which files go along.

use super::address_list::AddressFieldKind;
use super::build::for_envelope;
use super::{addresses, percent};
use crate::domain::address::Address;

/// What a link asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailtoLink {
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub bcc: Vec<Address>,
    pub subject: String,
    /// With LF line ends.
    pub body: String,
}

/// Reads a link; `None` where it is none, or where it names somebody who cannot be written to.
#[must_use]
pub fn read_mailto(link: &str) -> Option<MailtoLink> {
    let link = link.trim();
    let rest = link.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).and_then(|_| link.get(7..))?;
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let mut read = MailtoLink { to: several(to)?, ..MailtoLink::default() };
    for field in fields.split('&').filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=')?;
        match percent::decode_text(name).to_ascii_lowercase().as_str() {
            "to" => read.to.extend(several(value)?),
            "cc" => read.cc.extend(several(value)?),
            "bcc" => read.bcc.extend(several(value)?),
            "subject" => read.subject = percent::decode_text(value).split(['\r', '\n']).collect::<Vec<_>>().join(" "),
            "body" => read.body.push_str(&percent::decode_text(value).replace("\r\n", "\n")),
            _ => {}
        }
    }
    Some(read)
}

/// Addresses with a comma between them; a comma within one is encoded.
fn several(text: &str) -> Option<Vec<Address>> {
    let one = |text: &str| people(&percent::decode_text(text)).ok();
    let all: Option<Vec<Vec<Address>>> = text.split(',').filter(|it| !it.trim().is_empty()).map(one).collect();
    Some(all?.into_iter().flatten().collect())
}

/// People as somebody types them: `Ann <ann@example.org>, ben@example.org`.
///
/// # Errors
/// What is no address that mail can be sent to.
pub fn people(text: &str) -> Result<Vec<Address>, String> {
    let (found, _) = addresses::read(text.as_bytes(), Some("utf-8"), AddressFieldKind::Recipient);
    let people: Vec<Address> = found.into_iter().map(|it| it.address).collect();
    let odd = people.iter().find(|it| for_envelope(&it.address).is_err());
    match odd {
        Some(odd) => Err(if odd.address.is_empty() { odd.name.clone() } else { odd.address.clone() }),
        None if people.is_empty() => Err(text.trim().to_owned()),
        None => Ok(people),
    }
}

#[cfg(test)]
mod tests {
    use super::{people, read_mailto};

    #[test]
    fn a_link_says_to_whom_and_what_and_nothing_else() {
        let link = "MAILTO:ann@a.example,%22b%2Cc%22@b.example?to=d@d.example&cc=e@e.example&Subject=Tea%0D%0ABcc:%20x@y&body=One%0D%0Atwo&from=me@evil.example&attach=/etc/passwd";
        let read = read_mailto(link).unwrap();
        let all =
            |list: &[crate::domain::address::Address]| list.iter().map(|it| it.address.clone()).collect::<Vec<_>>();
        assert_eq!(all(&read.to), ["ann@a.example", "\"b,c\"@b.example", "d@d.example"]);
        assert_eq!((all(&read.cc), all(&read.bcc)), (vec!["e@e.example".to_owned()], vec![]));
        assert_eq!((read.subject.as_str(), read.body.as_str()), ("Tea  Bcc: x@y", "One\ntwo"));
        assert_eq!(read_mailto("mailto:?subject=x").unwrap().subject, "x");
        for odd in ["http://a.example", "mailto:nobody", "mailto:a@b?subject", "mail"] {
            assert_eq!(read_mailto(odd), None, "{odd}");
        }
    }

    #[test]
    fn people_are_read_as_they_are_typed() {
        let names = |text: &str| people(text).map(|all| all.iter().map(|it| it.address.clone()).collect::<Vec<_>>());
        assert_eq!(names("Ann <ann@a.example>, ben@b.example").unwrap(), ["ann@a.example", "ben@b.example"]);
        assert_eq!(names("Ann").unwrap_err(), "Ann");
        assert_eq!(names("").unwrap_err(), "");
    }
}
