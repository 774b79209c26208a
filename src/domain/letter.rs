//! A message laid out for reading: clean header lines, the text broken into lines of a width, links numbered.
//!
//! `mail` makes a letter from original bytes, off the screen's thread; a view only draws it.

use super::ids::Id;
use super::invitation::InvitationCard;
use super::printable::Printable;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub id: Id,
    /// The width in columns that `lines` were broken for.
    pub width: u16,
    pub from_name: Printable,
    pub from_address: Printable,
    /// The other header lines worth showing, in order: To, Cc, Reply-To where it differs, List. One row each.
    pub headers: Vec<(&'static str, Printable)>,
    pub subject: Printable,
    pub lines: Vec<LetterLine>,
    pub links: Vec<LetterLink>,
    pub attachments: Vec<Attached>,
    /// What is wrong with the message or was left out, each a short sentence.
    pub notes: Vec<Printable>,
    /// Which body the lines were made of, if there are several.
    pub body: Body,
    /// How many words of the HTML are not shown, because it hides them.
    pub hidden: usize,
    /// The invitation that it brings.
    pub invitation: Option<Box<InvitationCard>>,
}

/// The columns of the names of header lines: `Files`. A longer one makes them all wider.
pub const HEADER_NAMES: usize = 5;

impl Letter {
    /// How many columns the names of its header lines take.
    #[must_use]
    pub fn names(&self) -> usize {
        self.headers.iter().map(|(name, _)| name.len()).fold(HEADER_NAMES, usize::max)
    }

    /// Whether the message has an HTML version, shown or not.
    #[must_use]
    pub fn has_html(&self) -> bool {
        !matches!(self.body, Body::Text | Body::None)
    }

    /// Whether it brings an invitation that asks for an answer.
    #[must_use]
    pub fn asks_for_answer(&self) -> bool {
        self.invitation
            .as_ref()
            .is_some_and(|card| card.context.overtaken.is_none() && card.invitation.answered_organizer().is_ok())
    }

    /// The next of the versions that there are, in the order text, HTML, HTML with what it hides.
    #[must_use]
    pub fn other(&self) -> Option<Body> {
        match self.body {
            Body::TextOfBoth => Some(Body::Html),
            Body::HtmlOfBoth | Body::Html if self.hidden > 0 => Some(Body::Whole),
            Body::HtmlOfBoth | Body::Whole => Some(Body::Text),
            Body::Text | Body::Html | Body::None => None,
        }
    }
}

/// Which of a message's bodies is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Body {
    #[default]
    Text,
    /// The text; an HTML version is there too.
    TextOfBoth,
    Html,
    /// The HTML; a text version is there too.
    HtmlOfBoth,
    /// The HTML with what it hides.
    Whole,
    None,
}

/// One line, no wider than the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLine {
    pub kind: LineKind,
    pub spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    Text,
    /// Quoted, this many levels deep. Neighbouring quote lines fold together.
    Quote(u8),
    /// From the signature's dashes (RFC 3676 §4.3) to the end.
    Signature,
    Heading,
    /// What `OpenPGP` puts around a text that it signs or encrypts. Neighbouring lines fold together.
    Armour,
    /// Preformatted: columns and code, broken only where they do not fit.
    Verbatim,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: Printable,
    pub look: TextStyle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TextStyle {
    #[default]
    Plain,
    Strong,
    Emphasis,
    /// The text of a link; its number follows as `[n]`.
    Link,
    /// The `[n]` behind a link, and other additions of ours.
    Added,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterLink {
    /// What its text says, the first time; empty where that is the address itself.
    pub words: Printable,
    /// Where it goes, whole, as an opener gets it.
    pub target: String,
    /// Where it goes, as it is shown: the real host (punycode where it was written so), nothing hidden.
    pub shown: Printable,
    /// Whether it can be opened: it is http, https or mailto, and has only characters that an address may have.
    pub followed: bool,
    /// Why it cannot be opened, or a warning about it.
    pub caution: Option<Printable>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its name, or `attachment-1` where it has none.
    pub name: Printable,
    pub kind: Printable,
    pub size: u64,
}
