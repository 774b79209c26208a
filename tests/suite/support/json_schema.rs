//! A validator of the part of JSON Schema that `tidebox json-schema` uses. It is stricter than the schemas ask: an object may have
//! no field that its schema does not name, and a word must be one of those that are known. A keyword that it does not know fails.

use serde_json::Value;

/// Compares a value with a schema, whose definitions stand in `root`. What is wrong, with the place in the value.
pub fn validate(root: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    let keywords = schema.as_object().expect("a schema is an object");
    let wrong = |what: String| Err(format!("{place}: {what}: {value}"));
    for (keyword, said) in keywords {
        let fits = match keyword.as_str() {
            "$ref" => {
                let name = said.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                let definition = &root["$defs"][name];
                assert!(definition.is_object(), "there is no definition {name}");
                validate(root, definition, value, place)?;
                true
            }
            "anyOf" => {
                let tried: Vec<String> =
                    said.as_array().unwrap().iter().filter_map(|it| validate(root, it, value, place).err()).collect();
                if tried.len() == said.as_array().unwrap().len() {
                    return Err(tried.join("; or "));
                }
                true
            }
            "type" => is_of(value, said.as_str().unwrap()),
            "items" => {
                for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                    validate(root, said, item, &format!("{place}[{number}]"))?;
                }
                true
            }
            "properties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    let Some(schema) = said.get(key) else { return wrong(format!("the field {key} is not described")) };
                    validate(root, schema, inner, &format!("{place}.{key}"))?;
                }
                true
            }
            "additionalProperties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    validate(root, said, inner, &format!("{place}.{key}"))?;
                }
                true
            }
            "required" => {
                let missing = said.as_array().unwrap().iter().find(|key| value.get(key.as_str().unwrap()).is_none());
                if let Some(key) = missing {
                    return wrong(format!("the field {key} is missing"));
                }
                true
            }
            "examples" => said.as_array().unwrap().contains(value),
            "format" => match said.as_str().unwrap() {
                "date-time" => chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap_or_default()).is_ok(),
                "date" => value.as_str().unwrap_or_default().parse::<chrono::NaiveDate>().is_ok(),
                other => panic!("no such format: {other}"),
            },
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            other => panic!("no such keyword: {other}"),
        };
        if !fits {
            return wrong(format!("it is not as {keyword} {said} says"));
        }
    }
    Ok(())
}

fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no such type: {other}"),
    }
}
