//! A text in Markdown as a part of a page. What the pages of the project use is understood: headings, paragraphs, lists, tables,
//! blocks of code, links.
//!
//! The parts that are made of Markdown lie in `made`, and a test makes them anew and compares. So the program needs no reader of
//! Markdown, whose table of HTML's characters every start would set.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use roff::{Inline, bold, italic, roman};

use super::page::ManualPage;

/// Writes it to the page. Its title, the heading of the first level, is left out: the page has one.
pub fn write(page: &mut ManualPage, text: &str) {
    let mut writer =
        Writer { page, words: Vec::new(), font: roman, code: None, list: 0, cells: Vec::new(), heads: Vec::new() };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        writer.take(event);
    }
}

struct Writer<'p> {
    page: &'p mut ManualPage,
    /// What was read of the present paragraph, heading or cell.
    words: Vec<Inline>,
    font: fn(String) -> Inline,
    /// The text of a block of code.
    code: Option<String>,
    /// How many lists are open, one in another.
    list: usize,
    /// The cells of the present row, and those of the table's head.
    cells: Vec<Vec<Inline>>,
    heads: Vec<String>,
}

impl Writer<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.words.push((self.font)(text.into_string())),
            },
            Event::Code(code) => self.words.push(bold(code.into_string())),
            Event::SoftBreak | Event::HardBreak => self.words.push(roman(" ")),
            Event::Rule
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    fn begin(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Strong => self.font = bold,
            Tag::Emphasis => self.font = italic,
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => self.code = Some(String::new()),
            Tag::List(_) => {
                self.paragraph();
                self.list += 1;
            }
            Tag::TableHead | Tag::TableRow => self.cells.clear(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::Paragraph | TagEnd::Item => self.paragraph(),
            TagEnd::List(_) => self.list = self.list.saturating_sub(1),
            TagEnd::Strong | TagEnd::Emphasis => self.font = roman,
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.page.example(code.lines());
            }
            TagEnd::TableCell => self.cells.push(std::mem::take(&mut self.words)),
            TagEnd::TableHead => self.heads = self.cells.iter().map(|cell| plain(cell)).collect(),
            TagEnd::TableRow => self.row(),
            _ => {}
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        let title = plain(&std::mem::take(&mut self.words));
        match level {
            HeadingLevel::H1 => {}
            HeadingLevel::H2 => self.page.heading(&title),
            _ => self.page.subheading(&title),
        }
    }

    fn paragraph(&mut self) {
        let words = std::mem::take(&mut self.words);
        if words.is_empty() {
            return;
        }
        if self.list > 0 { self.page.point(words) } else { self.page.inlines(words) }
    }

    /// A row as its first cell and what it means, which is the last one; those between are told with their heads.
    fn row(&mut self) {
        let mut cells = std::mem::take(&mut self.cells);
        let (Some(tag), meaning) = ((!cells.is_empty()).then(|| cells.remove(0)), cells.pop()) else { return };
        let mut text = meaning.unwrap_or_default();
        for (head, cell) in self.heads.iter().skip(1).zip(cells) {
            text.push(roman(format!("; {head}: ")));
            text.extend(cell);
        }
        self.page.tagged(tag, text);
    }
}

fn plain(words: &[Inline]) -> String {
    let text = |word: &Inline| match word {
        Inline::Roman(text) | Inline::Bold(text) | Inline::Italic(text) => text.clone(),
        Inline::LineBreak => " ".to_owned(),
    };
    words.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::cli::manual::page::ManualPage;

    #[test]
    fn headings_tables_lists_and_code_become_those_of_a_page() {
        let mut page = ManualPage::new("x", 7, "x");
        let text = "# Title\n\nSome `code`,\nand *more*. [a page](other.md)\n\n## Part\n\n| field | example | means |\n|---|---|---|\n\
                    | `from:` | `from:a` | the sender |\n\n- one\n- two\n\n```sh\ntidebox x\n```\n";
        write(&mut page, text);
        let written = page.text();
        let (_, body) = written.split_once("x \\- x\n").unwrap();
        assert_eq!(
            body,
            ".PP\nSome \\fBcode\\fR, and \\fImore\\fR. a page\n.SH PART\n.TP\n\\fBfrom:\\fR\nthe sender; example: \
             \\fBfrom:a\\fR\n.IP \\(bu 2\none\n.IP \\(bu 2\ntwo\n.PP\n.RS 4\n.EX\ntidebox x\n.EE\n.RE\n"
        );
    }
}
