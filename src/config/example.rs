//! The commented example, and its parts.

/// Every key with its default and a sentence about it. A test compares it with the defaults.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

/// What stands between two empty lines of the example.
#[derive(Debug, PartialEq, Eq)]
pub struct ExamplePart<'e> {
    /// The table that it is about, `[[source]]`; `None` of keys that stand in none.
    pub table: Option<&'e str>,
    pub lines: Vec<ExampleLine<'e>>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum ExampleLine<'e> {
    /// Sentences, of one or several lines.
    Prose(String),
    /// A key or a word and what it means.
    Key { name: String, text: String },
    /// A line of TOML, with its mark where it is commented out.
    Setting(&'e str),
}

/// The parts of the example in their order. Prose without settings belongs to the table that follows it.
#[must_use]
pub fn example_parts(example: &str) -> Vec<ExamplePart<'_>> {
    let blocks: Vec<&str> = example.split("\n\n").map(|block| block.trim_matches('\n')).collect();
    let has_settings = |block: &&&str| block.lines().any(|line| is_setting(unmarked(line)));
    let mut present = None;
    let mut parts = Vec::new();
    for (place, block) in blocks.iter().enumerate() {
        let setting = blocks[place..].iter().find(has_settings);
        let opened = setting.and_then(|block| block.lines().map(unmarked).find(|line| line.starts_with('[')));
        present = opened.or(present);
        let lines = lines(block);
        if !lines.is_empty() {
            parts.push(ExamplePart { table: present, lines });
        }
    }
    parts
}

fn lines(block: &str) -> Vec<ExampleLine<'_>> {
    let mut lines: Vec<ExampleLine<'_>> = Vec::new();
    for line in block.lines() {
        if is_setting(unmarked(line)) {
            lines.push(ExampleLine::Setting(line));
            continue;
        }
        let Some(comment) = line.strip_prefix('#').filter(|comment| !comment.trim().is_empty()) else { continue };
        let (depth, text) = (comment.len() - comment.trim_start().len(), comment.trim());
        match (depth, text.split_once("  "), lines.last_mut()) {
            (3, Some((name, meaning)), _) => {
                let (name, text) = (name.to_owned(), meaning.trim_start().to_owned());
                lines.push(ExampleLine::Key { name, text });
            }
            (4.., _, Some(ExampleLine::Key { text: before, .. })) | (1, _, Some(ExampleLine::Prose(before))) => {
                before.push(' ');
                before.push_str(text);
            }
            _ => lines.push(ExampleLine::Prose(text.to_owned())),
        }
    }
    lines
}

/// A line without the mark of a comment.
fn unmarked(line: &str) -> &str {
    line.strip_prefix("# ").unwrap_or(line)
}

/// Whether a line, without its mark, sets a key or opens a table.
fn is_setting(line: &str) -> bool {
    let key = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    line.starts_with('[') || line.split_once(" = ").is_some_and(|(name, _)| key(name))
}

#[cfg(test)]
mod tests {
    use super::{EXAMPLE, ExampleLine, example_parts};

    #[test]
    fn parts_have_their_tables_sentences_keys_and_settings() {
        let text = "# A file.\n\n# Whether it is so.\nso = true\n# so = false\n\n\n# Things: each has\n#   name   what it is\n\
                    #          called\n#   no     nothing\n\n# [[thing]]\n# name = \"x\"\n";
        let parts = example_parts(text);
        let told: Vec<(Option<&str>, usize)> = parts.iter().map(|part| (part.table, part.lines.len())).collect();
        let thing = Some("[[thing]]");
        assert_eq!(told, [(None, 1), (None, 3), (thing, 3), (thing, 2)]);
        assert_eq!(
            parts[2].lines[1],
            ExampleLine::Key { name: "name".to_owned(), text: "what it is called".to_owned() }
        );
        assert_eq!(parts[3].lines[0], ExampleLine::Setting("# [[thing]]"));
    }

    #[test]
    fn no_line_of_the_example_is_lost() {
        let words = |text: &str| {
            let words = text.split_whitespace().map(|word| word.trim_start_matches('#'));
            let mut words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
            words.sort();
            words
        };
        let told: Vec<String> = example_parts(EXAMPLE)
            .iter()
            .flat_map(|part| &part.lines)
            .map(|line| match line {
                ExampleLine::Prose(text) => text.clone(),
                ExampleLine::Key { name, text } => format!("{name} {text}"),
                ExampleLine::Setting(setting) => (*setting).to_owned(),
            })
            .collect();
        assert_eq!(words(&told.join("\n")), words(EXAMPLE));
    }
}
