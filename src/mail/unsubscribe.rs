//! What a message offers to whoever wants to leave its list: `List-Unsubscribe` (RFC 2369 §3.2), `List-Unsubscribe-Post`
//! (RFC 8058 §3.1), and whether a signature covers both (RFC 8058 §4).

use super::authentication::{passes, signature_of, signatures};
use super::header::{self, Header, unfold};
use super::letter::registrable;
use super::parsed_header::ParsedHeader;
use super::percent;
use crate::domain::unsubscribe::{
    ListKey, NotVouched, OneClickUrl, UnsubscribeMethod, UnsubscribeOffer, UnusableUrl, Vouching,
};

const FIELD: &str = "list-unsubscribe";
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
    let vouching = vouching(&header, &parsed, server);
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
    if let Some(address) = addresses.iter().find_map(|address| mail_address(address)) {
        return Some(UnsubscribeMethod::Mail(address));
    }
    let plain = |address: &&String| {
        let secure = format!("https{}", address.get("http".len()..).unwrap_or_default());
        has_scheme(address, "http:") && OneClickUrl::parse(&secure).is_ok()
    };
    let page = usable().next().map(|url| url.as_str().to_owned()).or_else(|| addresses.iter().find(plain).cloned());
    page.map(UnsubscribeMethod::Page).or_else(|| {
        let address = addresses.first()?.clone();
        let why = OneClickUrl::parse(&address).err().unwrap_or(UnusableUrl::OtherScheme);
        Some(UnsubscribeMethod::Unusable { address, why })
    })
}

/// The address that a `mailto` names (RFC 6068 §2).
fn mail_address(address: &str) -> Option<String> {
    let to = has_scheme(address, "mailto:").then(|| address.get("mailto:".len()..)).flatten()?;
    let to = percent::decode_text(to.split('?').next().unwrap_or_default());
    let plain = !to.chars().any(|c| c.is_control() || c.is_whitespace());
    (plain && to.contains('@')).then_some(to)
}

fn has_scheme(address: &str, scheme: &str) -> bool {
    address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

fn vouching(header: &Header<'_>, parsed: &ParsedHeader, server: Option<&str>) -> Vouching {
    match signed_by(header, parsed, server) {
        Ok(domain) => Vouching::Signed(domain),
        Err(why) => Vouching::Nobody(why),
    }
}

/// The domain whose signature covers the offer.
fn signed_by(header: &Header<'_>, parsed: &ParsedHeader, server: Option<&str>) -> Result<String, NotVouched> {
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
    let covering = own.into_iter().find(|signature| signature.covers(FIELD) && signature.covers(POST));
    covering.map(|signature| signature.domain.to_lowercase()).ok_or(NotVouched::NotCovered)
}
