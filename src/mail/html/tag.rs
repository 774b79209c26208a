//! The elements of HTML, by what they do to the text in them.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Tag {
    Link,
    Strong,
    Emphasis,
    Code,
    Struck,
    /// Formats in another way; browsers open it anew behind what closed it before its time, as they do with those above.
    Format,
    Raised,
    Lowered,
    /// Any other within a line.
    Inline,
    Paragraph,
    /// Any other that stands apart.
    Block,
    Heading(u8),
    Bullets,
    Numbers,
    Item,
    /// `dt` and `dd`.
    Term,
    Quote,
    Verbatim,
    Table,
    /// `tbody`, `thead`, `tfoot`.
    Section,
    Row,
    Cell,
    Caption,
    Break,
    /// Where a word may be broken.
    WordBreak,
    Picture,
    Body,
    /// Never shown by browsers: `template`, `datalist`.
    Unseen,
    /// Has no content.
    Void,
}

impl Tag {
    pub(super) fn of(name: &str) -> Self {
        let mut lower = [0u8; 12];
        let Some(place) = lower.get_mut(..name.len()) else { return Self::Inline };
        place.copy_from_slice(name.as_bytes());
        place.make_ascii_lowercase();
        match &*place {
            b"a" => Self::Link,
            b"b" | b"strong" => Self::Strong,
            b"i" | b"em" | b"cite" | b"dfn" | b"var" => Self::Emphasis,
            b"code" | b"tt" | b"kbd" | b"samp" => Self::Code,
            b"s" | b"del" | b"strike" => Self::Struck,
            b"font" | b"big" | b"nobr" | b"small" | b"u" => Self::Format,
            b"sup" => Self::Raised,
            b"sub" => Self::Lowered,
            b"p" => Self::Paragraph,
            b"h1" => Self::Heading(1),
            b"h2" => Self::Heading(2),
            b"h3" => Self::Heading(3),
            b"h4" => Self::Heading(4),
            b"h5" => Self::Heading(5),
            b"h6" => Self::Heading(6),
            b"ul" | b"menu" | b"dir" => Self::Bullets,
            b"ol" => Self::Numbers,
            b"li" => Self::Item,
            b"dt" | b"dd" => Self::Term,
            b"blockquote" => Self::Quote,
            b"pre" | b"listing" | b"xmp" | b"textarea" | b"plaintext" => Self::Verbatim,
            b"table" => Self::Table,
            b"tbody" | b"thead" | b"tfoot" => Self::Section,
            b"tr" => Self::Row,
            b"td" | b"th" => Self::Cell,
            b"caption" => Self::Caption,
            b"br" | b"hr" => Self::Break,
            b"wbr" => Self::WordBreak,
            b"img" => Self::Picture,
            b"html" | b"body" | b"head" | b"frameset" => Self::Body,
            b"template" | b"datalist" | b"annotation" => Self::Unseen,
            b"input" | b"meta" | b"link" | b"base" | b"basefont" | b"bgsound" | b"col" | b"colgroup" | b"embed"
            | b"area" | b"param" | b"source" | b"track" | b"frame" | b"keygen" => Self::Void,
            b"div" | b"center" | b"section" | b"article" | b"aside" | b"header" | b"footer" | b"main" | b"nav"
            | b"address" | b"hgroup" | b"figure" | b"figcaption" | b"details" | b"summary" | b"dialog"
            | b"fieldset" | b"legend" | b"form" | b"dl" | b"option" | b"optgroup" | b"select" | b"search" => {
                Self::Block
            }
            _ => Self::Inline,
        }
    }

    /// Whether it stands apart from what is before and behind it.
    pub(in crate::mail) fn apart(self) -> bool {
        !matches!(
            self,
            Self::Link
                | Self::Strong
                | Self::Emphasis
                | Self::Code
                | Self::Struck
                | Self::Format
                | Self::Raised
                | Self::Lowered
                | Self::Inline
                | Self::WordBreak
                | Self::Picture
                | Self::Unseen
                | Self::Void
        )
    }

    /// Whether browsers open it anew where something closed it before its time.
    pub(super) fn opened_anew(self) -> bool {
        matches!(self, Self::Link | Self::Strong | Self::Emphasis | Self::Code | Self::Struck | Self::Format)
    }

    /// Whether nothing can be in it.
    pub(super) fn empty(self) -> bool {
        matches!(self, Self::Break | Self::WordBreak | Self::Picture | Self::Void)
    }

    /// Whether an end tag that is for something outside does nothing here.
    pub(super) fn walls(self) -> bool {
        matches!(self, Self::Table | Self::Cell | Self::Caption)
    }
}
