//! What is read of feeds in each dialect, well written and not: a picture of all that an entry holds.

use std::path::{Path, PathBuf};

use super::entry::Read;
use super::reading::read;

#[test]
fn feeds_of_each_dialect() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds/dialects");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 40);
    let pictures: Vec<String> = files.iter().map(|file| picture(file)).collect();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("feeds_of_each_dialect", pictures.join("\n"));
    });
}

fn picture(file: &Path) -> String {
    let name = file.file_name().unwrap().to_string_lossy();
    let told = match read(&std::fs::read(file).unwrap(), "https://base.example/dir/feed.xml", None) {
        Ok(feed) => listed(&feed),
        Err(why) => format!("what is sent {why}\n"),
    };
    format!("== {name}\n{told}")
}

fn listed(feed: &Read) -> String {
    let mut out = format!("feed {:?}\n", feed.title);
    for entry in &feed.entries {
        out += &format!("- {:?}\n", entry.title);
        let date = entry.date.map(|date| date.format("%F %T").to_string());
        let author = Some(entry.author.clone()).filter(|author| !author.is_empty());
        for (what, value) in [("id", &entry.id), ("by", &author), ("at", &date), ("link", &entry.link)] {
            if let Some(value) = value {
                out += &format!("  {what} {value:?}\n");
            }
        }
        if !entry.body.is_empty() {
            out += &format!("  {} {:?}\n", if entry.html { "html" } else { "text" }, entry.body);
        }
    }
    out
}
