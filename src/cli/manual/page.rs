//! One page in the language of `man` (`groff_man(7)`): headings, paragraphs, words with an explanation, examples.

use roff::{Inline, Roff, bold, italic, roman};

/// A page that is being written.
#[derive(Debug)]
pub struct ManualPage {
    name: String,
    section: u8,
    /// What was written as it is in files, with what stands before it; and what came after that.
    before: String,
    roff: Roff,
    /// Whether a heading stands above, behind which a paragraph needs no request.
    headed: bool,
}

impl ManualPage {
    /// A page with its title and its name, by which `apropos` finds it. `about` is one line.
    pub fn new(name: &str, section: u8, about: &str) -> Self {
        let mut roff = Roff::new();
        let source = concat!("tidebox ", env!("CARGO_PKG_VERSION"));
        // No date: the same version makes the same page on every day.
        roff.control("TH", [name, &section.to_string(), "\"\"", source, "Manual of tidebox"]);
        // No word is hyphenated and no line stretched: commands are to be found and copied as they are.
        roff.control("nh", []);
        roff.control("ad", ["l"]);
        roff.control("SH", ["NAME"]);
        roff.text([roman(format!("{name} - {about}"))]);
        Self { name: name.to_owned(), section, before: String::new(), roff, headed: false }
    }

    pub fn section(&self) -> u8 {
        self.section
    }

    /// `tidebox-add.1`.
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.name, self.section)
    }

    /// `tidebox-add(1)`, as other pages name it.
    #[cfg(test)]
    pub fn reference(&self) -> String {
        format!("{}({})", self.name, self.section)
    }

    pub fn text(&self) -> String {
        format!("{}{}{}", Roff::new().render(), self.before, self.body())
    }

    /// What came after the last text from a file, without what `roff` puts at the top of every page.
    fn body(&self) -> String {
        let (text, top) = (self.roff.render(), Roff::new().render());
        text.strip_prefix(&top).unwrap_or(&text).to_owned()
    }

    /// A part that is written in the language of `man` already.
    pub fn part(&mut self, text: &str) {
        let body = self.body();
        self.roff = Roff::new();
        self.before.push_str(&body);
        self.before.push_str(text);
        self.headed = false;
    }

    pub fn heading(&mut self, title: &str) {
        self.roff.control("SH", [title.to_uppercase().as_str()]);
        self.headed = true;
    }

    pub fn subheading(&mut self, title: &str) {
        self.roff.control("SS", [title]);
        self.headed = true;
    }

    /// A paragraph. What stands between backticks is bold.
    pub fn paragraph(&mut self, text: &str) {
        self.inlines(inlines(text));
    }

    pub fn inlines(&mut self, inlines: Vec<Inline>) {
        self.apart();
        self.roff.text(inlines);
    }

    /// Sets what follows apart from what stands above.
    fn apart(&mut self) {
        if !std::mem::take(&mut self.headed) {
            self.roff.control("PP", []);
        }
    }

    /// A point of a list, which only texts in Markdown have.
    #[cfg(test)]
    pub fn point(&mut self, inlines: Vec<Inline>) {
        self.headed = false;
        self.roff.control("IP", ["\\(bu", "2"]);
        self.roff.text(inlines);
    }

    /// A word, and below it what it means.
    pub fn tagged(&mut self, tag: Vec<Inline>, text: Vec<Inline>) {
        self.headed = false;
        self.roff.control("TP", []);
        self.roff.text(tag);
        self.roff.text(text);
    }

    /// Lines that are typed, or that stand in a file: as they are.
    pub fn example<'l>(&mut self, lines: impl IntoIterator<Item = &'l str>) {
        self.apart();
        self.roff.control("RS", ["4"]);
        self.roff.control("EX", []);
        for line in lines {
            // An empty line would be read as one of the page itself.
            self.roff.text([if line.is_empty() { roman(" ") } else { roman(line) }]);
        }
        self.roff.control("EE", []);
        self.roff.control("RE", []);
    }

    /// The last part of a page: which other pages to read.
    pub fn see_also(&mut self, pages: &[&str]) {
        self.heading("See also");
        let mut named = Vec::new();
        for page in pages {
            if !named.is_empty() {
                named.push(roman(", "));
            }
            let (name, section) = page.split_at(page.find('(').unwrap_or(page.len()));
            named.extend([bold(name), roman(section)]);
        }
        self.roff.text(named);
    }
}

/// A text in which what stands between backticks is bold.
pub fn inlines(text: &str) -> Vec<Inline> {
    let font = |(place, part): (usize, &str)| if place % 2 == 1 { bold(part) } else { roman(part) };
    text.split('`').enumerate().filter(|(_, part)| !part.is_empty()).map(font).collect()
}

/// What a value is called, `FILE`.
pub fn value(name: &str) -> Inline {
    italic(name)
}

#[cfg(test)]
mod tests {
    use super::{ManualPage, inlines};

    #[test]
    fn a_page_has_what_apropos_needs_and_no_text_becomes_a_request() {
        let mut page = ManualPage::new("tidebox-x", 7, "what x is");
        page.heading("Description");
        page.paragraph("`.dots` and 'quotes' and \\slashes stay");
        page.example([".so /etc/passwd", "", "'quoted"]);
        page.see_also(&["tidebox(1)", "man(1)"]);
        let text = page.text();
        assert!(text.contains("\ntidebox\\-x \\- what x is\n"), "{text}");
        assert!(text.contains("\\fB.dots\\fR"), "{text}");
        assert!(text.contains("\n\\&.so /etc/passwd\n"), "{text}");
        assert!(text.contains("\\\\slashes"), "{text}");
        assert!(text.contains("\\fBtidebox\\fR(1), \\fBman\\fR(1)"), "{text}");
        assert_eq!(page.file_name(), "tidebox-x.7");
    }

    #[test]
    fn backticks_come_in_pairs() {
        assert_eq!(inlines("a `b` c").len(), 3);
        assert_eq!(inlines("`b`").len(), 1);
        assert_eq!(inlines("").len(), 0);
    }
}
