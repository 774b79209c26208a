//! Writing a rule into the file. Nothing else in it changes, comments included.

use std::path::Path;

use toml::de::DeTable;

use super::editing::{parsed, replace, write_example};
use super::error::ConfigError;
use super::{names, text};
use crate::domain::lane::STANDARD;
use crate::domain::rule_draft::{RuleDraft, RuleKind};

/// Writes a rule, and gives the name that it got: its own, or that with a number where another rule of its kind has it. A lane is put
/// before the lane named here, where the file has that one, so that it is asked first; an exception or a mute stands at the end.
///
/// # Errors
/// Where the file has mistakes, or cannot be read or written.
pub fn write_rule(path: &Path, draft: &RuleDraft, before: &str) -> Result<String, ConfigError> {
    match write_example(path) {
        Ok(()) | Err(ConfigError::Exists { .. }) => {}
        Err(error) => return Err(error),
    }
    let whole = text::read(path)?;
    let config = parsed(path, &whole)?;
    let taken: Vec<&str> = match draft.kind {
        RuleKind::Exception | RuleKind::OwnThreads => config.exceptions.iter().map(|rule| rule.name.as_str()).collect(),
        RuleKind::Lane => config.lanes.iter().map(|lane| lane.name.as_str()).collect(),
        RuleKind::Mute => config.mutes.iter().map(|rule| rule.name.as_str()).collect(),
    };
    let name = names::free(&draft.name, taken.into_iter());
    let table = table_of(draft.kind.table(), &name, Some(&draft.query));
    let changed = match draft.kind {
        RuleKind::Exception | RuleKind::OwnThreads | RuleKind::Mute => at_the_end(&whole, &table),
        RuleKind::Lane => with_lane(&whole, &table, before),
    };
    parsed(path, &changed)?;
    replace(path, &changed).map_err(|source| ConfigError::Write { path: path.to_owned(), source })?;
    Ok(name)
}

/// Takes the exception of this name out of the file. Comments stay, those between its lines too.
///
/// # Errors
/// `NotAlone` where it is not a table of its own that can be taken out; where the file has mistakes, or cannot be read or written.
pub fn remove_exception(path: &Path, name: &str) -> Result<(), ConfigError> {
    let whole = text::read(path)?;
    let before = parsed(path, &whole)?.exceptions;
    let not_alone = || ConfigError::NotAlone { path: path.to_owned(), name: name.to_owned() };
    let changed = without_exception(&whole, name).ok_or_else(not_alone)?;
    let after = parsed(path, &changed)?.exceptions;
    if !after.iter().eq(before.iter().filter(|exception| exception.name != name)) {
        return Err(not_alone());
    }
    replace(path, &changed).map_err(|source| ConfigError::Write { path: path.to_owned(), source })
}

/// The text without the lines of a table `[[exception]]`; `None` where it has none of that name.
fn without_exception(whole: &str, name: &str) -> Option<String> {
    let (root, _) = DeTable::parse_recoverable(whole);
    let all = root.get_ref().get("exception")?.get_ref().as_array()?;
    let table = all.iter().find(|one| {
        let own = one.get_ref().as_table().and_then(|own| own.get("name"));
        own.and_then(|own| own.get_ref().as_str()) == Some(name)
    })?;
    let line_start = |at: usize| whole.get(..at).and_then(|front| front.rfind('\n')).map_or(0, |end| end + 1);
    let line_end = |at: usize| whole.get(at..).and_then(|back| back.find('\n')).map_or(whole.len(), |end| at + end + 1);
    let values: Vec<_> = table.get_ref().as_table()?.values().map(toml::Spanned::span).collect();
    let from = line_start(table.span().start);
    let last = values.iter().map(|value| value.end).max()?;
    let front = whole.get(..from)?;
    if !whole.get(from..)?.trim_start().starts_with("[[") {
        return None;
    }
    let mut kept = String::new();
    let mut at = from;
    while at < line_end(last.saturating_sub(1)) {
        let line = whole.get(at..line_end(at))?;
        // In a value of several lines a `#` begins no comment.
        let in_value = values.iter().any(|value| value.start < at && at < value.end);
        if line.trim_start().starts_with('#') && !in_value {
            kept.push_str(line);
        }
        at += line.len();
    }
    let mut back = whole.get(at..)?;
    if kept.is_empty() && (front.is_empty() || front.ends_with("\n\n")) {
        back = back.strip_prefix('\n').unwrap_or(back);
    }
    Some(format!("{front}{kept}{back}"))
}

fn table_of(kind: &str, name: &str, query: Option<&str>) -> String {
    let mut table = format!("[[{kind}]]\nname = {}\n", toml::Value::from(name));
    if let Some(query) = query {
        table.push_str(&format!("match = {}\n", toml::Value::from(query)));
    }
    table
}

fn at_the_end(whole: &str, table: &str) -> String {
    let end = if whole.is_empty() || whole.ends_with('\n') { "\n" } else { "\n\n" };
    format!("{whole}{end}{table}")
}

/// The text with the table of a lane before that of another one, above the comments that belong to that; at the end where there is
/// none of that name. A file that names no lane has the standard ones: they are written down, or they would be gone.
fn with_lane(whole: &str, table: &str, before: &str) -> String {
    let (root, _) = DeTable::parse_recoverable(whole);
    let Some(lanes) = root.get_ref().get("lane").and_then(|it| it.get_ref().as_array()) else {
        let standard = STANDARD.map(|(name, query)| table_of("lane", name, query));
        let at = STANDARD.iter().position(|(name, query)| *name == before && query.is_some()).unwrap_or(STANDARD.len());
        let (first, rest) = standard.split_at(at);
        let all: Vec<&str> =
            first.iter().map(String::as_str).chain([table]).chain(rest.iter().map(String::as_str)).collect();
        return at_the_end(whole, &all.join("\n"));
    };
    let place = lanes.iter().find_map(|lane| {
        let own = lane.get_ref().as_table()?;
        let name = own.get("name")?.get_ref().as_str()?;
        (name == before && own.contains_key("match")).then(|| lane.span().start)
    });
    let Some(place) = place else { return at_the_end(whole, table) };
    let mut at = whole.get(..place).and_then(|front| front.rfind('\n')).map_or(0, |end| end + 1);
    while let Some(front) = whole.get(..at.saturating_sub(1))
        && at > 0
    {
        let line = front.rfind('\n').map_or(0, |end| end + 1);
        if !front.get(line..).is_some_and(|text| text.trim_start().starts_with('#')) {
            break;
        }
        at = line;
    }
    let (front, back) = whole.split_at(at);
    format!("{front}{table}\n{back}")
}

#[cfg(test)]
mod tests {
    use super::{remove_exception, write_rule};
    use crate::domain::lane::STANDARD;
    use crate::domain::rule_draft::{RuleDraft, RuleKind};
    use crate::domain::schedule::Zone;

    fn draft(kind: RuleKind, query: &str) -> RuleDraft {
        RuleDraft { kind, name: "Ann".to_owned(), query: query.to_owned(), caught: 0, subjects: Vec::new() }
    }

    fn written(text: &str, kind: RuleKind, before: &str) -> (String, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        let name = write_rule(&path, &draft(kind, "from:ann@example.org \"a b\""), before).unwrap();
        assert_eq!(name, "Ann");
        let again = write_rule(&path, &draft(kind, "from:ann@example.org"), before).unwrap();
        assert_eq!(again, "Ann 2");
        let config = crate::config::load(&path, chrono::DateTime::UNIX_EPOCH, &Zone::UTC, &mut |_| Vec::new()).unwrap();
        let lanes = config.lanes.into_iter().map(|lane| lane.name).collect();
        (std::fs::read_to_string(&path).unwrap(), lanes)
    }

    #[test]
    fn a_rule_is_added_and_comments_stay() {
        let text = "# mine\ncommit = \"ask\"  # wait\n";
        for kind in [RuleKind::Exception, RuleKind::Mute] {
            let (after, _) = written(text, kind, "people");
            assert!(after.starts_with(text), "{after}");
        }
    }

    #[test]
    fn a_lane_is_asked_before_the_one_that_had_the_message() {
        let text = "[[lane]]\nname = \"people\"\n\n# What lists send.\n# All of it.\n[[lane]] # lists\nname = \"lists\"\nmatch = \"list:*\"\n";
        let (after, lanes) = written(text, RuleKind::Lane, "lists");
        assert_eq!(lanes, ["people", "Ann", "Ann 2", "lists"]);
        assert!(after.contains("\n# What lists send.\n# All of it.\n[[lane]] # lists\n"), "{after}");
        let (_, lanes) = written(text, RuleKind::Lane, "people");
        assert_eq!(lanes, ["people", "lists", "Ann", "Ann 2"]);
    }

    #[test]
    fn a_file_without_lanes_keeps_the_standard_ones() {
        let (_, lanes) = written("commit = \"ask\"\n", RuleKind::Lane, "news");
        assert_eq!(lanes.len(), STANDARD.len() + 2);
        let at = |name: &str| lanes.iter().position(|lane| lane == name).unwrap();
        assert!(at("Ann") < at("news") && at("Ann 2") < at("news") && at("people") == 0, "{lanes:?}");
    }

    fn removed(text: &str, name: &str) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        let done = remove_exception(&path, name).map_err(|error| error.to_string());
        let after = std::fs::read_to_string(&path).unwrap();
        done.map(|()| after.clone()).inspect_err(|_| assert_eq!(after, text))
    }

    #[test]
    fn an_exception_is_taken_out_and_nothing_else() {
        let text = "# first\ncommit = \"ask\" # wait\n\n# Mum.\n[[exception]]\nname = \"mum\"\n# why: she calls\nmatch = '''\nfrom:(mum or\n#dad)''' # end\nlimit = \"3 per day\"\n\n# Bank.\n[[exception]]\nname = \"bank\"\nmatch = \"from:@bank.example\"\n";
        let left = "# first\ncommit = \"ask\" # wait\n\n# Mum.\n# why: she calls\n\n# Bank.\n[[exception]]\nname = \"bank\"\nmatch = \"from:@bank.example\"\n";
        assert_eq!(removed(text, "mum").as_deref(), Ok(left));
        let end = text.find("# Bank.").unwrap() + "# Bank.\n".len();
        assert_eq!(removed(text, "bank").as_deref(), Ok(&text[..end]));
        let windows = text.replace('\n', "\r\n");
        assert!(
            removed(&windows, "mum")
                .is_ok_and(|after| after.contains("# why: she calls\r\n") && !after.contains("3 per"))
        );
        let last = "[[exception]]\nname = \"a\"\nmatch = \"x\"";
        assert_eq!(removed(last, "a").as_deref(), Ok(""));
    }

    #[test]
    fn an_exception_that_is_no_table_of_its_own_stays() {
        let inline = "exception = [{ name = \"a\", match = \"x\" }]\n";
        for (text, name) in [(inline, "a"), ("[[exception]]\nname = \"a\"\nmatch = \"x\"\n", "b")] {
            assert!(removed(text, name).unwrap_err().contains("table of its own"), "{text}");
        }
    }
}
