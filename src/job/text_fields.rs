//! Fields in texts of the person's own: `{next}` in a signature, `{date}` in a template. A field is lower-case letters in braces;
//! other braces are text.

use std::io::Read as _;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::JobError;
use super::hours::hours_of;
use crate::config::{Config, Identity};
use crate::domain::hours::NEXT;
use crate::domain::nearest::nearest;
use crate::store::Store;

/// So many days ahead a time is looked for.
const DAYS: u16 = 60;
/// A signature is no longer, in bytes.
const SIGNATURE: u64 = 8 * 1024;
/// What stands in braces in a signature.
pub(super) const SIGNATURE_FIELDS: [&str; 1] = ["next"];

/// A field that there is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OddField {
    /// From 1.
    pub line: usize,
    /// Its name, without the braces.
    pub field: String,
}

impl OddField {
    /// `line 3: there is no field {nxt}`, and what to do.
    pub(super) fn error(&self, place: &str, fields: &[&'static str]) -> JobError {
        let listed = fields.iter().map(|field| format!("{{{field}}}")).collect::<Vec<_>>().join(", ");
        let hint = match nearest(&self.field, fields.iter().copied()) {
            Some(near) => format!("did you mean {{{near}}}?"),
            None if fields.len() == 1 => format!("the only field is {listed}"),
            None => format!("the fields are {listed}"),
        };
        JobError::Wrong { what: format!("{place}, line {}: there is no field {{{}}}", self.line, self.field), hint }
    }
}

/// When the person reads mail next, as `{next}` says it; `None` where no check-in opens in the next 60 days.
///
/// # Errors
/// Where the store cannot be read.
pub(super) fn next_reading(store: &Store, config: &Config, now: DateTime<Utc>) -> Result<Option<String>, JobError> {
    let hours = hours_of(store, config, DAYS, now)?;
    Ok(hours.next().map(|next| hours.words(next.opens)))
}

/// The text with the signature of an identity below it. Where no time is known, a line with `{next}` is left out. A file that can't be
/// read is told by `check`.
///
/// # Errors
/// `Wrong` where the signature has a field that there is not; what `next` returns.
pub(super) fn with_signature(
    text: &str,
    identity: &Identity,
    next: &dyn Fn() -> Result<Option<String>, JobError>,
) -> Result<String, JobError> {
    let Some(path) = &identity.signature else { return Ok(text.to_owned()) };
    let mut signature = read_signature(path);
    let next = if signature.contains(NEXT) { next()? } else { None };
    if next.is_none() {
        signature = signature.split_inclusive('\n').filter(|line| !line.contains(NEXT)).collect();
    }
    let value = |field: &str| next.clone().filter(|_| field == "next");
    let signature = filled(&signature, value)
        .map_err(|odd| odd.error(&format!("the signature {}", path.display()), &SIGNATURE_FIELDS))?;
    let signature = signature.trim_matches('\n').strip_prefix("-- \n").unwrap_or(signature.trim_matches('\n'));
    Ok(if signature.is_empty() { text.to_owned() } else { format!("{text}\n-- \n{signature}\n") })
}

/// The text of the file; empty where it can't be read.
fn read_signature(path: &Path) -> String {
    let mut signature = String::new();
    if std::fs::metadata(path).is_ok_and(|found| found.is_file())
        && let Ok(file) = std::fs::File::open(path)
        && file.take(SIGNATURE).read_to_string(&mut signature).is_err()
    {
        signature.clear();
    }
    signature
}

/// The fields of an identity's signature that there are not, in words; `None` where all is well.
pub(super) fn mistaken_signature(identity: &Identity) -> Option<JobError> {
    with_signature("", identity, &|| Ok(Some(String::new()))).err()
}

/// The text with the values of its fields. What stands in a value is no field.
///
/// # Errors
/// The first field that has no value.
pub(super) fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, OddField> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        rest = match behind.split_once('}') {
            Some((name, after)) if is_field(name) => {
                let odd = || OddField {
                    line: text.get(..text.len() - behind.len()).unwrap_or(text).matches('\n').count() + 1,
                    field: name.to_owned(),
                };
                out.push_str(&value(name).ok_or_else(odd)?);
                after
            }
            _ => {
                out.push('{');
                behind
            }
        };
    }
    out.push_str(rest);
    Ok(out)
}

fn is_field(name: &str) -> bool {
    !name.is_empty() && name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::{OddField, filled};

    #[test]
    fn fields_get_their_values_and_other_braces_stay() {
        let value = |name: &str| (name == "next").then(|| "{date} at ten".to_owned());
        for (text, wanted) in [
            ("Again {next}.", "Again {date} at ten."),
            ("{next}{next}", "{date} at ten{date} at ten"),
            ("fn main() { } {} {Next} {a b} {", "fn main() { } {} {Next} {a b} {"),
            ("{{next}}", "{{date} at ten}"),
            ("", ""),
        ] {
            assert_eq!(filled(text, value).as_deref(), Ok(wanted), "{text}");
        }
        let odd = OddField { line: 2, field: "nxt".to_owned() };
        assert_eq!(filled("{next}\nAgain {nxt}", value), Err(odd.clone()));
        let told = odd.error("signature", &["next"]);
        assert_eq!(told.to_string(), "signature, line 2: there is no field {nxt}");
        assert_eq!(told.hint().unwrap(), "did you mean {next}?");
    }
}
