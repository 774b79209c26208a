//! Addresses in SQL.

use super::{Compiler, NEVER};
use crate::domain::query::{AddressField, AddressPattern};

impl Compiler {
    /// As `AddressPattern::names` compares.
    pub(super) fn address(&mut self, field: AddressField, pattern: &AddressPattern) -> String {
        let (one, other) = match pattern {
            AddressPattern::Domain(domain) if domain.contains('@') => return NEVER.to_owned(),
            AddressPattern::Domain(domain) => (format!("@{domain}"), Some(format!(".{domain}"))),
            AddressPattern::Local(local) => (format!("{local}@"), None),
            AddressPattern::Tag(tag) => (format!("+{tag}@"), None),
            AddressPattern::Whole(address) => (address.clone(), None),
        };
        let length = one.chars().count();
        let (one, other) = (self.parameter(one), other.map(|other| self.parameter(other)).unwrap_or_default());
        // What is before the last `@`, with it; nothing where there is none.
        let local = |own: &str| format!("rtrim({own}, replace({own}, '@', ''))");
        let same = |own: &str| match pattern {
            AddressPattern::Whole(_) => format!("{own} = {one}"),
            AddressPattern::Local(_) => format!("{} = {one}", local(own)),
            AddressPattern::Tag(_) => format!("substr({}, -{length}) = {one}", local(own)),
            AddressPattern::Domain(_) => format!(
                "(substr({own}, -{length}) = {one} OR (substr({own}, -{length}) = {other} AND instr({own}, '@') > 0))"
            ),
        };
        let copied = if field == AddressField::Cc { "r.value ->> 'cc' IS NOT NULL AND " } else { "" };
        match field {
            AddressField::From => same("coalesce(v.from_key, lower(v.from_address))"),
            AddressField::To | AddressField::Cc => format!(
                "EXISTS (SELECT 1 FROM json_each(v.recipients) AS r WHERE {copied}{})",
                same("coalesce(r.value ->> 'key', lower(r.value ->> 'address'))")
            ),
        }
    }
}
