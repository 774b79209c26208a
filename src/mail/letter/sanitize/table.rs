//! Writing tables: each as it was planned before (see `tables`).

use unicode_width::UnicodeWidthStr;

use super::{Open, Tidy, escaped};
use crate::domain::limits::HTML_ELEMENTS;
use crate::mail::html::Tag;
use crate::mail::letter::tables::{TableKind, TablePlan};

/// Stands for a blank at which no line is broken: it has the width of one, and html2text takes it for a letter.
pub(in crate::mail::letter) const BLANK: char = '\u{2800}';

/// Two digits for each number up to `SPANNED`, so that it can be overwritten in place.
pub(super) fn colspan(span: usize) -> String {
    format!("colspan=\"{span:02}\"")
}

impl Tidy {
    /// The plan of the innermost open table, where that is one of the page's.
    fn plan(&self) -> Option<&TablePlan> {
        let table = self.open.iter().rev().find(|it| it.tag == Tag::Table)?.table?;
        self.plans.get(table)
    }

    fn kind(&self) -> &TableKind {
        self.plan().map_or(&TableKind::Flat, |plan| &plan.kind)
    }

    /// What the next table of the page is written as. One that only was implied lays out what stands in it.
    pub(super) fn next_table(&self) -> &'static str {
        match self.plans.get(self.begun).map(|plan| &plan.kind) {
            None | Some(TableKind::Flat) => "div",
            Some(TableKind::Columns(_)) => "table",
            Some(TableKind::Records { .. }) => "ul",
        }
    }

    pub(super) fn row(&self) -> &'static str {
        match self.kind() {
            TableKind::Flat => "div",
            TableKind::Columns(_) => "tr",
            TableKind::Records { .. } => "li",
        }
    }

    /// The cells of a table that only lays out the page are written one after another, separated by spaces.
    pub(super) fn cell(&self) -> &'static str {
        match self.kind() {
            TableKind::Flat => "",
            TableKind::Columns(_) => "td",
            TableKind::Records { .. } => "div",
        }
    }

    /// An empty line stands before and behind a table of data.
    pub(super) fn set_apart(&mut self, written: &str) {
        if matches!(written, "table" | "ul") && self.elements < HTML_ELEMENTS {
            self.elements += 2;
            self.out.push_str("<br><br>");
        }
    }

    /// Takes the next plan for a table that the page opens.
    pub(super) fn begin_table(&mut self) {
        let table = self.begun;
        self.begun += 1;
        if let Some(open) = self.open.last_mut() {
            open.table = Some(table);
        }
    }

    /// Counts a row of the innermost table. The one that names the columns is not written where each value follows such a name.
    pub(super) fn begin_row(&mut self) {
        let row = self.innermost(Tag::Table, |table| &mut table.children);
        let drops = matches!(self.kind(), TableKind::Records { header, .. } if header.is_some() && *header == row);
        if let Some(open) = self.open.last_mut() {
            open.drops = drops;
        }
    }

    /// Writes what stands before the text of a cell: the name of its column, or blanks that bring a number to its right.
    pub(super) fn begin_cell(&mut self, span: usize) {
        let cell = self.innermost(Tag::Table, |table| &mut table.cells).unwrap_or(0);
        let column = self.innermost_by(Tag::Row, |row| &mut row.children, span).unwrap_or(0);
        let Some(width) = self.plan().and_then(|plan| plan.cells.get(cell)).copied().filter(|width| *width > 0) else {
            return;
        };
        let before = match self.kind() {
            TableKind::Flat => return,
            TableKind::Columns(numbers) => {
                let most = numbers.get(column).copied().flatten().unwrap_or(width);
                std::iter::repeat_n(BLANK, most.saturating_sub(width)).collect()
            }
            TableKind::Records { names, .. } => match names.get(column).filter(|name| !name.is_empty()) {
                Some(name) => format!("{}: ", escaped(name)),
                None => return,
            },
        };
        self.columns += before.width();
        self.out.push_str(&before);
    }

    /// Two blanks between columns: one is the layout's, and this is the other.
    pub(super) fn end_cell(&mut self) {
        let block = [
            "</p>",
            "</div>",
            "</ul>",
            "</ol>",
            "</h1>",
            "</h2>",
            "</h3>",
            "</pre>",
            "</dd>",
            "</blockquote>",
            "<br>",
            "<td>",
        ];
        if matches!(self.kind(), TableKind::Columns(_)) && !block.iter().any(|end| self.out.ends_with(end)) {
            self.out.push(BLANK);
        }
    }

    /// A count of the innermost open element of a kind, which goes up by one.
    fn innermost(&mut self, tag: Tag, count: fn(&mut Open) -> &mut usize) -> Option<usize> {
        self.innermost_by(tag, count, 1)
    }

    fn innermost_by(&mut self, tag: Tag, count: fn(&mut Open) -> &mut usize, by: usize) -> Option<usize> {
        let count = count(self.open.iter_mut().rev().find(|it| it.tag == tag)?);
        let before = *count;
        *count += by;
        Some(before)
    }

    /// html2text divides the width of a cell by the columns that it spans, and leaves the cell out where the result is zero. So
    /// a cell spans no more columns than its text is wide.
    pub(super) fn narrow(&mut self, cell: &Open) {
        let columns = self.columns - cell.columns;
        if let Some(span) = cell.span.filter(|span| columns < *span)
            && let Some(start) = self.out.get(cell.from..).and_then(|it| it.find(&colspan(span)))
        {
            let (from, narrower) = (cell.from + start, colspan(columns.max(1)));
            self.out.replace_range(from..from + narrower.len(), &narrower);
        }
    }
}
