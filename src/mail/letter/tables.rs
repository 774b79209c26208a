//! Which tables of a page hold data, and how each is laid out in a width: with its columns side by side or, where they do not fit,
//! each row as lines that name their columns. All other tables only lay out the page, and their cells are written one after another.
//!
//! The page is walked through once to look at its tables, before it is written anew: what a table is shows only at its end.

use unicode_width::UnicodeWidthStr;

use crate::mail::html::{ElementStart, PageVisitor, Showing, Tag, walk};

/// A column is laid out no narrower than this, in columns of the terminal, unless it needs less.
const NARROW: usize = 12;
/// A table that says nothing of itself holds data where its cells are no wider than this, or twice that beneath names.
const SHORT: usize = 40;
/// In such a table of two columns, what stands beside a name may be so wide.
const BESIDE: usize = 160;
/// A cell spans at most so many columns.
const SPANNED: usize = 50;
/// Between two columns.
const GAP: usize = 2;
/// The number of a link takes so many columns.
const LINK: usize = 4;
/// Of a cell's text so many bytes are kept, to name a column by.
const NAME: usize = 80;

/// A table as it is laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TablePlan {
    pub kind: TableKind,
    /// The width of each of its cells, in order.
    pub cells: Vec<usize>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum TableKind {
    /// It only lays out the page.
    #[default]
    Flat,
    /// Its columns stand side by side. The width of each column of numbers, which end at its right.
    Columns(Vec<Option<usize>>),
    /// Each row by itself: the names of its columns, and the row that they stand in, which is not written again.
    Records { names: Vec<String>, header: Option<usize> },
}

/// The plans of all tables of a page, in the order in which they begin, and the width that a text in a cell gets at least.
pub(super) fn plans(page: &str, showing: Showing, width: usize) -> (Vec<TablePlan>, usize) {
    let mut survey = Survey::default();
    walk(page, showing, &mut survey);
    let shapes: Vec<TableShape> = survey.tables.iter().map(TableFacts::shape).collect();
    // There is one such width for the whole page.
    let fitting = shapes.iter().filter(|shape| shape.fits(shape.least, width));
    let least = fitting.map(|shape| shape.least).max().unwrap_or(0);
    let plan = |(table, shape): (&TableFacts, TableShape)| TablePlan {
        kind: table.kind(shape, least, width),
        cells: table.rows.iter().flatten().map(|cell| if cell.is_empty() { 0 } else { cell.width }).collect(),
    };
    (survey.tables.iter().zip(shapes).map(plan).collect(), least)
}

/// The columns of a table that holds data; none of one that does not.
#[derive(Debug, Default)]
struct TableShape {
    /// The width of each column, where nothing in it is broken, and whether it has numbers alone.
    columns: Vec<(usize, bool)>,
    /// In cells of this width no word is broken, and no number.
    least: usize,
    header: Option<usize>,
}

impl TableShape {
    fn fits(&self, least: usize, width: usize) -> bool {
        let needs = self.columns.iter().map(|(whole, _)| *whole.min(&least)).sum::<usize>();
        !self.columns.is_empty() && needs + GAP * (self.columns.len() - 1) <= width
    }
}

/// How many columns of its table a cell takes.
pub(super) fn column_span(opened: &ElementStart<'_>) -> usize {
    let span = opened.value("colspan").and_then(|it| it.trim().parse::<usize>().ok());
    span.filter(|it| (2..=SPANNED).contains(it)).unwrap_or(1)
}

#[derive(Debug, Default)]
struct Survey {
    tables: Vec<TableFacts>,
    /// The tables that are open, the innermost last.
    open: Vec<usize>,
    /// How many elements are open in which text is strong.
    strong: usize,
}

#[derive(Debug, Default)]
struct TableFacts {
    /// It has another table in it, says that it is there for looks, or has text beside its cells.
    is_layout: bool,
    /// It has a border, a caption, or cells that are headers.
    is_marked: bool,
    in_caption: bool,
    in_cell: bool,
    rows: Vec<Vec<CellFacts>>,
}

#[derive(Debug, Default)]
struct CellFacts {
    is_header: bool,
    is_strong: bool,
    has_blocks: bool,
    span: usize,
    /// The beginning of its text.
    text: String,
    /// The columns of all of its words with a blank between them, and of its longest word.
    width: usize,
    longest: usize,
}

impl CellFacts {
    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn is_name(&self) -> bool {
        self.is_header || self.is_strong
    }

    /// A number with its unit: `1,204.50 EUR`, `-3 %`, `14 kB`.
    fn is_number(&self) -> bool {
        let text = self.text.as_str();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let fits = |c: char| c.is_alphanumeric() || " .,'+%€$£¥()".contains(c);
        let amount = text.strip_prefix(['-', '−', '–']).unwrap_or(text);
        let has_digit = amount.contains(|c: char| c.is_ascii_digit());
        self.width <= NARROW * 2 && letters <= 3 && has_digit && amount.chars().all(fits)
    }
}

impl TableFacts {
    fn shape(&self) -> TableShape {
        let columns = self.rows.iter().map(|row| row.iter().map(|cell| cell.span).sum::<usize>()).max().unwrap_or(0);
        if !self.is_data(columns) {
            return TableShape::default();
        }
        let header = self.header();
        let mut shape = TableShape { columns: vec![(0, true); columns], least: NARROW, header };
        for (number, row) in self.rows.iter().enumerate() {
            for (column, cell) in placed(row).filter(|(_, cell)| cell.span == 1 && !cell.is_empty()) {
                let Some((whole, numeric)) = shape.columns.get_mut(column) else { continue };
                *whole = (*whole).max(cell.width);
                *numeric &= header == Some(number) || cell.is_number();
                shape.least = shape.least.max(cell.longest);
            }
        }
        let numbers = shape.columns.iter().filter(|(_, numeric)| *numeric).map(|(whole, _)| *whole);
        shape.least = numbers.fold(shape.least, usize::max);
        shape
    }

    fn kind(&self, shape: TableShape, least: usize, width: usize) -> TableKind {
        if shape.columns.is_empty() {
            return TableKind::Flat;
        }
        if shape.fits(least.max(shape.least), width) {
            return TableKind::Columns(
                shape.columns.into_iter().map(|(whole, numeric)| numeric.then_some(whole)).collect(),
            );
        }
        let mut names = vec![String::new(); shape.columns.len()];
        let header = shape.header;
        for (column, cell) in header.and_then(|header| self.rows.get(header)).into_iter().flat_map(|row| placed(row)) {
            if let Some(name) = names.get_mut(column) {
                cell.text.trim().trim_end_matches(':').clone_into(name);
            }
        }
        TableKind::Records { names, header }
    }

    /// Whether it holds data: several rows with several columns, and it says so or looks so.
    fn is_data(&self, columns: usize) -> bool {
        let rows: Vec<usize> = self
            .rows
            .iter()
            .map(|row| row.iter().filter(|cell| !cell.is_empty()).count())
            .filter(|count| *count > 0)
            .collect();
        let full = rows.iter().filter(|count| **count > 1).count();
        if self.is_layout || columns < 2 || full < 2 {
            return false;
        }
        let cells = || self.rows.iter().flat_map(|row| placed(row));
        let plain = cells().all(|(_, cell)| !cell.has_blocks || cell.width <= SHORT);
        let short = if self.header().is_some() { 2 * SHORT } else { SHORT };
        let most = |column: usize| if column == 1 && columns == 2 { BESIDE } else { short };
        self.is_marked
            || (full * 5 >= rows.len() * 3 && plain && cells().all(|(column, cell)| cell.width <= most(column)))
    }

    /// The row that names the columns: the first one with text, where all of it names something and not all of the next one does.
    fn header(&self) -> Option<usize> {
        let names = |row: &Vec<CellFacts>| row.iter().filter(|cell| !cell.is_empty()).all(CellFacts::is_name);
        let mut rows = self.rows.iter().enumerate().filter(|(_, row)| row.iter().any(|cell| !cell.is_empty()));
        let (first, next) = (rows.next()?, rows.next()?);
        (names(first.1) && !names(next.1)).then_some(first.0)
    }

    fn cell(&mut self) -> Option<&mut CellFacts> {
        self.rows.last_mut().filter(|_| self.in_cell)?.last_mut()
    }
}

/// The cells of a row with their first columns.
fn placed(row: &[CellFacts]) -> impl Iterator<Item = (usize, &CellFacts)> {
    row.iter().scan(0, |next, cell| {
        let column = *next;
        *next += cell.span;
        Some((column, cell))
    })
}

impl Survey {
    fn table(&mut self) -> Option<&mut TableFacts> {
        self.tables.get_mut(*self.open.last()?)
    }
}

impl PageVisitor for Survey {
    fn open(&mut self, opened: &ElementStart<'_>) {
        let value = |name: &str| opened.value(name);
        match opened.tag {
            Tag::Table => {
                if let Some(outer) = self.table() {
                    outer.is_layout = true;
                }
                let number = |name: &str| value(name).and_then(|it| it.trim().parse::<u32>().ok()).unwrap_or(0);
                let looks = value("role").is_some_and(|role| matches!(role.trim(), "presentation" | "none"));
                self.open.push(self.tables.len());
                self.tables.push(TableFacts {
                    is_layout: looks,
                    is_marked: number("border") > 0,
                    ..TableFacts::default()
                });
            }
            Tag::Strong => self.strong += 1,
            Tag::Link => {
                if let Some(cell) = self.table().and_then(TableFacts::cell) {
                    cell.width += LINK;
                }
            }
            Tag::Row => {
                if let Some(table) = self.table() {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Cell => {
                let (is_header, span) = (opened.is("th"), column_span(opened));
                let Some(table) = self.table() else { return };
                if table.rows.is_empty() {
                    table.rows.push(Vec::new());
                }
                table.is_marked |= is_header;
                table.in_cell = true;
                if let Some(row) = table.rows.last_mut() {
                    row.push(CellFacts { is_header, is_strong: true, span, ..CellFacts::default() });
                }
            }
            Tag::Caption => {
                if let Some(table) = self.table() {
                    (table.is_marked, table.in_caption) = (true, true);
                }
            }
            Tag::Paragraph
            | Tag::Block
            | Tag::Bullets
            | Tag::Numbers
            | Tag::Quote
            | Tag::Heading(_)
            | Tag::Verbatim => {
                if let Some(cell) = self.table().and_then(TableFacts::cell) {
                    cell.has_blocks = true;
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: Tag) {
        match tag {
            Tag::Table => drop(self.open.pop()),
            Tag::Strong => self.strong = self.strong.saturating_sub(1),
            Tag::Cell => {
                if let Some(table) = self.table() {
                    table.in_cell = false;
                }
            }
            Tag::Caption => {
                if let Some(table) = self.table() {
                    table.in_caption = false;
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, _: bool) {
        let is_strong = self.strong > 0;
        let Some(table) = self.table().filter(|_| !text.trim().is_empty()) else { return };
        let in_caption = table.in_caption;
        let Some(cell) = table.cell() else {
            table.is_layout |= !in_caption;
            return;
        };
        cell.is_strong &= is_strong;
        for word in text.split_whitespace() {
            let width = word.width();
            cell.longest = cell.longest.max(width);
            cell.width += width + usize::from(cell.width > 0);
            if cell.text.len() < NAME {
                if !cell.text.is_empty() {
                    cell.text.push(' ');
                }
                cell.text.push_str(word.get(..word.floor_char_boundary(NAME)).unwrap_or(word));
            }
        }
    }

    fn picture(&mut self, words: &str) {
        self.text(&format!("[{words}]"), false);
    }
}
