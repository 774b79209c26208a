//! What a message offers to whoever wants to leave its list: `List-Unsubscribe` (RFC 2369 §3.2), `List-Unsubscribe-Post`
//! (RFC 8058 §3.1), and whether a signature covers both (RFC 8058 §4).

use super::authentication::{passes, signature_of, signatures};
use super::header::{self, Header, unfold};
use super::letter::registrable;
use super::mailto::read_mailto;
use super::parsed_header::ParsedHeader;
use super::percent;
use crate::domain::unsubscribe::{
    LeavingMessage, ListKey, NotVouched, OneClickUrl, UnsubscribeMethod, UnsubscribeOffer, UnusableUrl, Vouching,
};

const FIELD: &str = "list-unsubscribe";
const MAILTO: &str = "mailto:";
const POST: &str = "list-unsubscribe-post";
/// The one value of `List-Unsubscribe-Post`.
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";
/// More addresses in one field are not looked at.
const ADDRESSES: usize = 32;

/// What a message offers; `None` where it offers nothing, or names no list and no sender. `server` is the name under which
/// the person's mail server writes its results (`authserv-id`).
#[must_use]
pub fn unsubscribe_offer(raw: &[u8], server: Option<&str>) -> Option<UnsubscribeOffer> {
    let (header, _) = header::split(raw, |_| false);
    let field = String::from_utf8_lossy(&unfold(header.first(FIELD)?)).into_owned();
    let post = header.noted(POST).is_some_and(|value| unfold(value).eq_ignore_ascii_case(ONE_CLICK.as_bytes()));
    let method = method(&addresses(&field), post)?;
    let parsed = ParsedHeader::read(&header, None);
    let list = ListKey::of(parsed.list.as_deref(), &parsed.from.address)?;
    let vouching = vouching(&header, &parsed, server, matches!(method, UnsubscribeMethod::Mail(_)));
    Some(UnsubscribeOffer { list, method, vouching })
}

/// The addresses between angle brackets, in their order. Spaces in them were put in by folding; comments are left out.
fn addresses(field: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = field.chars();
    let mut depth = 0_usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' if depth > 0 => drop(chars.next()),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '<' if depth == 0 => {
                let mut closed = false;
                let address = chars.by_ref().take_while(|c| {
                    closed = *c == '>';
                    !closed
                });
                let address: String = address.filter(|c| !c.is_whitespace()).collect();
                if closed && !address.is_empty() && found.len() < ADDRESSES {
                    found.push(address);
                }
            }
            _ => {}
        }
    }
    found
}

/// The best of the ways that these addresses are.
fn method(addresses: &[String], post: bool) -> Option<UnsubscribeMethod> {
    let usable = || addresses.iter().filter_map(|address| OneClickUrl::parse(address).ok());
    if post && let Some(url) = usable().next() {
        return Some(UnsubscribeMethod::OneClick(url));
    }
    if let Some(message) = addresses.iter().find_map(|address| leaving_message(address).ok()) {
        return Some(UnsubscribeMethod::Mail(message));
    }
    let plain = |address: &&String| {
        let secure = format!("https{}", address.get("http".len()..).unwrap_or_default());
        has_scheme(address, "http:") && OneClickUrl::parse(&secure).is_ok()
    };
    let page = usable().next().map(|url| url.as_str().to_owned()).or_else(|| addresses.iter().find(plain).cloned());
    page.map(UnsubscribeMethod::Page).or_else(|| {
        let address = addresses.first()?.clone();
        let why = leaving_message(&address).err().filter(|_| has_scheme(&address, MAILTO));
        let why = why.or(OneClickUrl::parse(&address).err()).unwrap_or(UnusableUrl::OtherScheme);
        Some(UnsubscribeMethod::Unusable { address, why })
    })
}

/// The message that a `mailto` link asks for: to one address, with its subject and text. Who else is to get it, and which files are to
/// go along, is not taken.
///
/// # Errors
/// Where it is none, names nobody or several, or asks for too much text.
pub fn leaving_message(link: &str) -> Result<LeavingMessage, UnusableUrl> {
    if !has_scheme(link, MAILTO) {
        return Err(UnusableUrl::OtherScheme);
    }
    if link.len() > LeavingMessage::LINK {
        return Err(UnusableUrl::Long);
    }
    let address = percent::decode_text(link.split('?').next().unwrap_or_default());
    if address.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(UnusableUrl::Recipients);
    }
    let read = read_mailto(link).ok_or(UnusableUrl::Recipients)?;
    let [to] = read.to.as_slice() else { return Err(UnusableUrl::Recipients) };
    let (subject, text) = (read.subject.trim().to_owned(), read.body);
    if subject.len() > LeavingMessage::SUBJECT || text.len() > LeavingMessage::TEXT {
        return Err(UnusableUrl::LongMessage);
    }
    Ok(LeavingMessage { url: link.to_owned(), to: to.address.clone(), subject, text })
}

fn has_scheme(address: &str, scheme: &str) -> bool {
    address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// `by_mail` is whether a message does it: then no other field has to be covered.
fn vouching(header: &Header<'_>, parsed: &ParsedHeader, server: Option<&str>, by_mail: bool) -> Vouching {
    match signed_by(header, parsed, server, by_mail) {
        Ok(domain) => Vouching::Signed(domain),
        Err(why) => Vouching::Nobody(why),
    }
}

/// The domain whose signature covers the offer.
fn signed_by(
    header: &Header<'_>,
    parsed: &ParsedHeader,
    server: Option<&str>,
    by_mail: bool,
) -> Result<String, NotVouched> {
    let server = server.ok_or(NotVouched::NoServer)?;
    let passes = passes(header, server).ok_or(NotVouched::OtherServer)?;
    // A signature covers the last field of a name where it covers only one, and the first one is read.
    if header.repeated(FIELD) || header.all_noted(POST).nth(1).is_some() {
        return Err(NotVouched::Repeated);
    }
    let signatures = signatures(header);
    let valid: Vec<_> = passes.iter().filter_map(|pass| signature_of(pass, &signatures)).collect();
    if valid.is_empty() {
        return Err(NotVouched::NotSigned);
    }
    let domains = [parsed.from.address.rsplit_once('@').map(|(_, domain)| domain), parsed.list.as_deref()];
    let registered = |domain: &str| registrable(&domain.to_lowercase()).to_owned();
    let own = |domain: &str| domains.into_iter().flatten().any(|of| registered(of) == registered(domain));
    let own: Vec<_> = valid.into_iter().filter(|signature| own(&signature.domain)).collect();
    if own.is_empty() {
        return Err(NotVouched::OtherDomain);
    }
    let covering = own.into_iter().find(|signature| signature.covers(FIELD) && (by_mail || signature.covers(POST)));
    covering.map(|signature| signature.domain.to_lowercase()).ok_or(NotVouched::NotCovered)
}
