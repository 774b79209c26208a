//! `tidebox json-schema`: what each command prints with `--json`, as JSON Schema (draft 2020-12).

mod field_type;
mod objects;
mod outputs;

use clap::Args;
use serde_json::{Map, Value, json};

use self::field_type::{FieldType, definition_name};
use self::objects::{OutputField, objects};
use self::outputs::{OUTPUTS, Output};
use super::arguments::GlobalArguments;
use super::failure::Failure;
use super::{json, output};

/// Print the JSON Schema of what a command prints with --json
#[derive(Debug, Args)]
#[command(after_help = "\
The schema is of one line: each command prints one object on each line. Without a command, the schemas of all are printed, one on each
line. `failure`, `note` and `progress` are what stands on standard error. Fields and words may be added in later versions, so a
schema allows fields that it does not name.

Examples:
  tidebox json-schema queue
  tidebox json-schema account folders
  tidebox json-schema failure
  tidebox json-schema | jq -r .title")]
pub struct JsonSchemaCommand {
    /// The command, with the command below it where there is one
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

pub fn run(_: &GlobalArguments, options: &JsonSchemaCommand) -> Result<(), Failure> {
    if options.command.is_empty() {
        let lines: Vec<String> = OUTPUTS.iter().map(|output| json::line(&schema(output)) + "\n").collect();
        return output::print(&lines.concat());
    }
    let name = options.command.join(" ");
    let found = OUTPUTS.iter().find(|output| output.name == name).ok_or_else(|| {
        let names: Vec<&str> = OUTPUTS.iter().map(|output| output.name).collect();
        Failure::usage(format!("nothing is printed as JSON by {name}"), format!("there are {}", names.join(", ")))
    })?;
    let text = serde_json::to_string_pretty(&schema(found)).unwrap_or_default();
    output::print(&format!("{text}\n"))
}

/// The schema of an output, with the definitions that it needs and no others.
fn schema(output: &Output) -> Value {
    let mut definitions = Map::new();
    let kind = FieldType::read(output.prints);
    define(&kind, &mut definitions);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:tidebox:json:{}", output.name.replace(' ', "-")),
        "title": output.name,
        "description": output.about,
    });
    merge(&mut schema, kind.schema());
    if !definitions.is_empty() {
        schema["$defs"] = definitions.into();
    }
    schema
}

fn define(kind: &FieldType<'_>, definitions: &mut Map<String, Value>) {
    for name in kind.objects() {
        let key = definition_name(name);
        if !definitions.contains_key(&key) {
            definitions.insert(key.clone(), Value::Null);
            let object = object(name, definitions);
            definitions.insert(key, object);
        }
    }
}

fn object(name: &str, definitions: &mut Map<String, Value>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for OutputField(key, kind, about) in fields(name) {
        let kind = FieldType::read(kind);
        define(&kind, definitions);
        let mut schema = kind.schema();
        if !about.is_empty() {
            schema["description"] = (*about).into();
        }
        let always = key.strip_suffix('?');
        properties.insert(always.unwrap_or(key).to_owned(), schema);
        if always.is_none() {
            required.push(Value::from(*key));
        }
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// The fields of an object. The first one may name an object whose fields it has too.
fn fields(name: &str) -> Vec<&'static OutputField> {
    let own = objects().find(|(known, _)| *known == name).map_or(&[][..], |(_, fields)| *fields);
    match own.split_first() {
        Some((OutputField("..", base, _), more)) => fields(base).into_iter().chain(more).collect(),
        _ => own.iter().collect(),
    }
}

fn merge(into: &mut Value, more: Value) {
    if let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) {
        into.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{FieldType, OUTPUTS, fields, objects};
    use crate::cli::arguments::Arguments;

    /// Commands that print no JSON, and why.
    const NONE: [(&str, &str); 8] = [
        ("watch", "it only prints problems, as failures"),
        ("account", "the commands below it do"),
        ("service", "the commands below it do"),
        ("completions", "it prints a script"),
        ("manual", "it prints a page"),
        ("json-schema", "it prints schemas"),
        ("drafts edit", "it opens an editor"),
        ("complete", "it prints words for a shell"),
    ];

    #[test]
    fn every_command_has_a_schema_or_a_reason_for_none() {
        let mut program = Arguments::command();
        program.build();
        let mut names = Vec::new();
        for command in program.get_subcommands().filter(|it| it.get_name() != "help") {
            names.push(command.get_name().to_owned());
            let below = command.get_subcommands().filter(|it| it.get_name() != "help");
            names.extend(below.map(|it| format!("{} {}", command.get_name(), it.get_name())));
        }
        for name in &names {
            let known = OUTPUTS.iter().any(|output| output.name == name) || NONE.iter().any(|(none, _)| none == name);
            assert!(known, "`{name}` has no schema: describe what it prints in src/cli/json_schema/outputs.rs");
        }
        let beside = ["failure", "note", "progress", "status waybar", "hours upload"];
        for output in OUTPUTS {
            assert!(beside.contains(&output.name) || names.iter().any(|name| name == output.name), "{}", output.name);
        }
    }

    #[test]
    fn what_is_referred_to_is_there_and_everything_is_used() {
        let mut used: Vec<&str> = OUTPUTS.iter().flat_map(|output| FieldType::read(output.prints).objects()).collect();
        let mut at = 0;
        while let Some(name) = used.get(at).copied() {
            assert!(objects().any(|(known, _)| *known == name), "there is no `{name}`");
            for field in fields(name) {
                used.extend(
                    FieldType::read(field.1).objects().into_iter().filter(|it| !used.contains(it)).collect::<Vec<_>>(),
                );
            }
            at += 1;
        }
        for (name, fields) in objects() {
            let is_base = objects().any(|(_, others)| others.iter().any(|it| it.0 == ".." && it.1 == *name));
            assert!(is_base || used.contains(name), "`{name}` is used nowhere");
            assert!(!fields.is_empty(), "{name}");
        }
    }
}
