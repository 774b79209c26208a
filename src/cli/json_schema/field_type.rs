//! The type of a field as the table writes it: `string`, `[message]`, `instant or null`, `word(done, trash)`. An `or` stands at the outside
//! alone: what may be null within a list has a name of its own, `text`.

use serde_json::{Value, json};

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType<'t> {
    String,
    Integer,
    Number,
    Boolean,
    Null,
    /// RFC 3339, with an offset.
    Instant,
    /// A date, `2026-11-23`.
    Day,
    /// One of these words; later versions may have others.
    Word(Vec<&'t str>),
    /// An object of any keys, each with such a value.
    MapOf(Box<Self>),
    ArrayOf(Box<Self>),
    /// An object of the table, by its name.
    Object(&'t str),
    AnyOf(Vec<Self>),
}

impl<'t> FieldType<'t> {
    pub fn read(text: &'t str) -> Self {
        let parts: Vec<&str> = text.split(" or ").collect();
        if parts.len() > 1 {
            return Self::AnyOf(parts.into_iter().map(Self::read).collect());
        }
        if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            return Self::ArrayOf(Box::new(Self::read(inner)));
        }
        if let Some(inner) = text.strip_prefix("map(").and_then(|text| text.strip_suffix(')')) {
            return Self::MapOf(Box::new(Self::read(inner)));
        }
        if let Some(inner) = text.strip_prefix("word(").and_then(|text| text.strip_suffix(')')) {
            return Self::Word(inner.split(", ").collect());
        }
        match text {
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "null" => Self::Null,
            "instant" => Self::Instant,
            "day" => Self::Day,
            "text" => Self::AnyOf(vec![Self::String, Self::Null]),
            name => Self::Object(name),
        }
    }

    /// As JSON Schema.
    pub fn schema(&self) -> Value {
        match self {
            Self::String => json!({ "type": "string" }),
            Self::Integer => json!({ "type": "integer" }),
            Self::Number => json!({ "type": "number" }),
            Self::Boolean => json!({ "type": "boolean" }),
            Self::Null => json!({ "type": "null" }),
            Self::Instant => json!({ "type": "string", "format": "date-time" }),
            Self::Day => json!({ "type": "string", "format": "date" }),
            Self::Word(words) => json!({ "type": "string", "examples": words }),
            Self::MapOf(inner) => json!({ "type": "object", "additionalProperties": inner.schema() }),
            Self::ArrayOf(inner) => json!({ "type": "array", "items": inner.schema() }),
            Self::Object(name) => json!({ "$ref": format!("#/$defs/{}", definition_name(name)) }),
            Self::AnyOf(kinds) => json!({ "anyOf": kinds.iter().map(Self::schema).collect::<Vec<_>>() }),
        }
    }

    /// The names of the objects in it.
    pub fn objects(&self) -> Vec<&'t str> {
        match self {
            Self::Object(name) => vec![name],
            Self::MapOf(inner) | Self::ArrayOf(inner) => inner.objects(),
            Self::AnyOf(kinds) => kinds.iter().flat_map(Self::objects).collect(),
            _ => Vec::new(),
        }
    }
}

/// What an object is called in a schema: a reference is a URI, which has no blanks.
pub fn definition_name(name: &str) -> String {
    name.replace(' ', "_")
}

#[cfg(test)]
mod tests {
    use super::FieldType;

    #[test]
    fn types_are_read_as_they_are_written() {
        let named = |name| FieldType::Object(name);
        for (text, expected) in [
            ("string", FieldType::String),
            ("[message]", FieldType::ArrayOf(Box::new(named("message")))),
            ("instant or null", FieldType::AnyOf(vec![FieldType::Instant, FieldType::Null])),
            ("map(string)", FieldType::MapOf(Box::new(FieldType::String))),
            ("word(not kept, made)", FieldType::Word(vec!["not kept", "made"])),
            (
                "[string] or message",
                FieldType::AnyOf(vec![FieldType::ArrayOf(Box::new(FieldType::String)), named("message")]),
            ),
        ] {
            assert_eq!(FieldType::read(text), expected, "{text}");
        }
    }
}
