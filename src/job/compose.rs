//! How a message is begun: who gets it, as whom it is written, what is quoted. Offline, and only of what may be shown.

use chrono::{DateTime, Utc};

use super::JobError;
use super::contact_hours::reading_words;
use super::text_fields::{filled, next_reading, with_signature};
use crate::config::{Config, Identity, QuotePlace};
use crate::domain::address::Address;
use crate::domain::answering::{
    AnswerScope, AnsweredMessage, ComposeIntent, Draft, FORWARDED, ForwardHow, OwnAddresses, Recipients,
    forward_subject, recipients, reply_subject, same_mailbox,
};
use crate::domain::hours::NEXT;
use crate::domain::ids::Id;
use crate::domain::message::Message;
use crate::domain::outbox::OutgoingRelation;
use crate::mail::{
    LARGEST_DRAFT, answered_message, draft_text, forwarded_text, letter, quote, quote_passage, read_template,
};
use crate::store::Store;

/// The columns that attachments are counted at: their number does not depend on it.
const COLUMNS: u16 = 72;
/// Of so many people it is said when they read mail.
const SAID: usize = 5;
/// What stands in braces in a template.
const TEMPLATE_FIELDS: [&str; 5] = ["name", "address", "date", "time", "next"];

/// The file that an editor gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunDraft {
    pub text: String,
    /// The same as it is before it is a text, and what the writer is told above it.
    pub draft: Draft,
    pub notes: Vec<String>,
    /// The message that it answers or forwards.
    pub answers: Option<Id>,
    pub relation: OutgoingRelation,
    pub subject: String,
}

/// Begins a message. Of a passage only that is quoted. `identity` is an address of one of the person's own; where it is left out,
/// it is written as the address that the message was written to.
///
/// # Errors
/// `Wrong` where there is no identity, nobody to answer, or no such identity; `Held` or `Unknown` for a message that is not shown.
pub fn begin_draft(
    store: &Store,
    config: &Config,
    intent: &ComposeIntent,
    passage: Option<&str>,
    identity: Option<&str>,
    now: DateTime<Utc>,
) -> Result<BegunDraft, JobError> {
    begin(store, config, intent, (passage, identity), true, now)
}

/// The same, with the signature of the identity or without it.
pub(super) fn begin(
    store: &Store,
    config: &Config,
    intent: &ComposeIntent,
    (passage, identity): (Option<&str>, Option<&str>),
    signs: bool,
    now: DateTime<Utc>,
) -> Result<BegunDraft, JobError> {
    let chosen = identity.map(|address| named(config, address)).transpose()?;
    let signed = |text: &str, identity: &Identity| {
        let next = || next_reading(store, config, now);
        if signs { with_signature(text, identity, &next) } else { Ok(text.to_owned()) }
    };
    let begun = match intent {
        ComposeIntent::New { to, cc, bcc, subject, text } => {
            let identity = chosen.map_or_else(|| first(config), Ok)?;
            let draft = Draft {
                from: identity.mailbox.clone(),
                to: to.clone(),
                cc: cc.clone(),
                bcc: bcc.clone(),
                subject: subject.clone(),
                text: signed(text, identity)?,
                ..Draft::default()
            };
            (draft, Vec::new(), None, OutgoingRelation::New)
        }
        ComposeIntent::Answer { message, scope } => {
            let (raw, known) = (store.original(*message)?, store.message(*message)?);
            let answered = answered_message(&raw);
            let to = answer(config, &answered, *scope)?;
            let (from, identity) = writer(config, chosen, to.from.clone(), &known)?;
            let quoted = passage.map_or_else(|| quote(&raw), quote_passage);
            let lead = attribution(config, &known, now);
            let text = match config.compose.quote {
                _ if quoted.is_empty() => "\n".to_owned(),
                // A passage was chosen to be quoted.
                QuotePlace::None if passage.is_none() => "\n".to_owned(),
                QuotePlace::Top => format!("{lead}\n{quoted}\n"),
                QuotePlace::Bottom | QuotePlace::None => format!("\n\n{lead}\n{quoted}"),
            };
            let notes = notes(&to);
            let draft = Draft {
                from,
                to: to.to,
                cc: to.cc,
                subject: reply_subject(&answered.subject),
                text: signed(&text, identity)?,
                ..Draft::default()
            };
            (draft, notes, Some(*message), OutgoingRelation::Reply)
        }
        ComposeIntent::Forward { message, how } => {
            let (raw, known) = (store.original(*message)?, store.message(*message)?);
            let answered = answered_message(&raw);
            let own = OwnAddresses(config.identities.iter().map(Identity::own_address).collect());
            let (from, identity) = writer(config, chosen, own.written_to(&answered), &known)?;
            let (text, files) = match how {
                ForwardHow::Attached => ("\n".to_owned(), vec![format!("tidebox:{message}")]),
                // What was marked, and nothing else of it.
                ForwardHow::Inline if passage.is_some() => {
                    (inline(config, &answered, &known, passage.unwrap_or_default(), now), Vec::new())
                }
                ForwardHow::Inline => {
                    let count = letter(*message, &raw, COLUMNS, None).attachments.len();
                    let files = (1..=count).map(|place| format!("tidebox:{message}/{place}")).collect();
                    (inline(config, &answered, &known, &forwarded_text(&raw), now), files)
                }
            };
            let draft = Draft {
                from,
                subject: forward_subject(&answered.subject),
                text: signed(&text, identity)?,
                files,
                ..Draft::default()
            };
            (draft, Vec::new(), Some(*message), OutgoingRelation::Forward)
        }
    };
    let (draft, mut notes, answers, relation) = begun;
    let people = [&draft.to[..], &draft.cc[..]].concat();
    for (name, when) in reading_words(store, config, &people, now, now)?.iter().take(SAID) {
        notes.push(format!("{name} reads mail next on {when}."));
    }
    Ok(BegunDraft { text: draft_text(&draft, &notes), subject: draft.subject.clone(), draft, notes, answers, relation })
}

/// Who gets an answer.
pub(super) fn answer(config: &Config, message: &AnsweredMessage, scope: AnswerScope) -> Result<Recipients, JobError> {
    let own = OwnAddresses(config.identities.iter().map(Identity::own_address).collect());
    recipients(message, scope, &own).map_err(|error| JobError::Wrong {
        what: error.to_string(),
        hint: "answer the author, or everybody; a new message goes to whom you name".to_owned(),
    })
}

/// As whom it is written, and the identity that this address belongs to.
pub(super) fn writer<'c>(
    config: &'c Config,
    chosen: Option<&'c Identity>,
    written_to: Option<Address>,
    message: &Message,
) -> Result<(Address, &'c Identity), JobError> {
    if let Some(identity) = chosen {
        return Ok((identity.mailbox.clone(), identity));
    }
    if let Some(from) = written_to
        && let Some(identity) = of_address(config, &from.address)
    {
        return Ok((from, identity));
    }
    // Nothing tells: as whoever sends from the mailbox that has it, else as the first one.
    let of_source = |it: &&Identity| it.sent.source.as_deref() == Some(message.source.as_str());
    let identity = config.identities.iter().find(of_source).map_or_else(|| first(config), Ok)?;
    Ok((identity.mailbox.clone(), identity))
}

/// The identity that an address belongs to: the one with that address, else one that owns it.
pub(super) fn of_address<'c>(config: &'c Config, address: &str) -> Option<&'c Identity> {
    let exact = config.identities.iter().find(|it| same_mailbox(&it.mailbox.address, address));
    exact.or_else(|| config.identities.iter().find(|it| OwnAddresses(vec![it.own_address()]).owns(address)))
}

fn named<'c>(config: &'c Config, address: &str) -> Result<&'c Identity, JobError> {
    first(config)?;
    of_address(config, address).ok_or_else(|| JobError::Wrong {
        what: format!("{address} is none of your identities"),
        hint: format!("there are {}", addresses(config)),
    })
}

/// The addresses of the identities, for a message about them.
pub(super) fn addresses(config: &Config) -> String {
    config.identities.iter().map(|it| it.mailbox.address.as_str()).collect::<Vec<_>>().join(", ")
}

fn first(config: &Config) -> Result<&Identity, JobError> {
    config.identities.first().ok_or_else(|| JobError::Wrong {
        what: "the settings do not say as whom you write".to_owned(),
        hint: "add an [[identity]] with your address and how it is sent; `tidebox check` tells what is missing"
            .to_owned(),
    })
}

/// `On 23 Nov 2026 at 14:02, Ann wrote:`, as the settings say it.
fn attribution(config: &Config, message: &Message, now: DateTime<Utc>) -> String {
    let at = message.date.unwrap_or(message.received).min(now.max(message.received));
    let at = at.with_timezone(&config.calendar.zone);
    let mut out = String::new();
    let mut rest = config.compose.attribution.as_str();
    // From left to right, so that nothing in a name counts as a field.
    while let Some((before, (field, behind))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        out.push_str(before);
        match field {
            "date" => out.push_str(&at.format("%-d %b %Y").to_string()),
            "time" => out.push_str(&at.format("%H:%M").to_string()),
            "name" => out.push_str(&one_line(message.from.called())),
            "address" => out.push_str(&one_line(&message.from.address)),
            "subject" => out.push_str(&one_line(&message.subject)),
            other => out.push_str(&format!("{{{other}}}")),
        }
        rest = behind;
    }
    out + rest
}

/// What stands above a message that is forwarded within the text.
fn inline(config: &Config, answered: &AnsweredMessage, message: &Message, text: &str, now: DateTime<Utc>) -> String {
    let at = message.date.unwrap_or(now).with_timezone(&config.calendar.zone);
    let people = |list: &[Address]| list.iter().map(full).collect::<Vec<_>>().join(", ");
    let mut out = format!("\n\n{FORWARDED}\n");
    for (name, value) in [
        ("From", full(&answered.from)),
        ("Date", at.format("%a, %-d %b %Y %H:%M").to_string()),
        ("Subject", answered.subject.clone()),
        ("To", people(&answered.to)),
        ("Cc", people(&answered.cc)),
    ] {
        if !value.is_empty() {
            out.push_str(&format!("{name}: {}\n", one_line(&value)));
        }
    }
    format!("{out}\n{text}")
}

/// `Ann <ann@example.org>`
#[must_use]
pub fn full(person: &Address) -> String {
    if person.name.trim().is_empty() {
        person.address.clone()
    } else {
        format!("{} <{}>", person.name.trim(), person.address)
    }
}

fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the writer is told above the text.
fn notes(to: &Recipients) -> Vec<String> {
    let mut notes = Vec::new();
    if to.author_unknown {
        notes.push("The author's own address is not known: this goes to the list.".to_owned());
    }
    if !to.left_out.is_empty() {
        let people: Vec<String> = to.left_out.iter().take(10).map(full).collect();
        let more = to.left_out.len().saturating_sub(people.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        notes.push(format!("Was there too, and does not get this: {}{more}", people.join(", ")));
    }
    notes
}

/// A draft to begin from, out of the folder that the settings name: `{name}`, `{address}`, `{date}` and `{time}` in it stand for the
/// writer and for now, `{next}` for when the person reads mail next.
///
/// # Errors
/// `Wrong` where there is no such file, where it has mistakes or a field that there is not, or no check-in is coming for `{next}`.
pub fn template(
    store: &Store,
    config: &Config,
    name: &str,
    from: &Address,
    now: DateTime<Utc>,
) -> Result<Draft, JobError> {
    use std::io::Read as _;
    let wrong = |what: String, hint: &str| JobError::Wrong { what, hint: hint.to_owned() };
    let folder = config.compose.templates.as_ref().ok_or_else(|| {
        wrong("the settings name no folder of templates".to_owned(), "add `templates = \"~/…\"` under `[compose]`")
    })?;
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
        return Err(wrong(
            format!("{name:?} is no name of a template"),
            "give the name of a file in the folder of templates",
        ));
    }
    let path = folder.join(name);
    let mut text = String::new();
    let file = std::fs::File::open(&path).and_then(|file| file.take(LARGEST_DRAFT as u64).read_to_string(&mut text));
    file.map_err(|error| wrong(format!("{}: {error}", path.display()), "templates are text files, one for each name"))?;
    let at = now.with_timezone(&config.calendar.zone);
    let next = if text.contains(NEXT) {
        next_reading(store, config, now)?.ok_or_else(|| {
            wrong(
                format!("{} says {NEXT}, and no check-in is coming", path.display()),
                "`tidebox checkins` lists what is coming; take the field out meanwhile",
            )
        })?
    } else {
        String::new()
    };
    let value = |field: &str| match field {
        "name" => Some(one_line(&from.name)),
        "address" => Some(one_line(&from.address)),
        "date" => Some(at.format("%-d %b %Y").to_string()),
        "time" => Some(at.format("%H:%M").to_string()),
        "next" => Some(next.clone()),
        _ => None,
    };
    let text = filled(&text, value).map_err(|odd| odd.error(&path.display().to_string(), &TEMPLATE_FIELDS))?;
    read_template(text.as_bytes()).map_err(|mistakes| {
        let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        wrong(format!("{} has mistakes: {}", path.display(), told.join("; ")), "correct the template")
    })
}

/// What was given already goes before what a template says.
pub fn from_template(draft: &mut Draft, template: Draft) {
    for (own, other) in [
        (&mut draft.to, template.to),
        (&mut draft.cc, template.cc),
        (&mut draft.bcc, template.bcc),
        (&mut draft.reply_to, template.reply_to),
    ] {
        if own.is_empty() {
            *own = other;
        }
    }
    if !template.from.address.is_empty() {
        draft.from = template.from;
    }
    if draft.subject.is_empty() {
        draft.subject = template.subject;
    }
    draft.files.extend(template.files);
    draft.fields.extend(template.fields);
    if draft.leaves.is_empty() {
        draft.leaves = template.leaves;
    }
    if draft.remind.is_empty() {
        draft.remind = template.remind;
    }
    draft.text = format!("{}{}", template.text, draft.text);
}

/// Where neither the settings nor the environment name an editor.
pub const USUAL_EDITOR: &str = "e=vi; command -v vi >/dev/null 2>&1 || e=nano; \"$e\"";

/// The command line of the editor: as the settings say, else as the environment says, as other programs do it.
#[must_use]
pub fn editor(config: &Config) -> String {
    let named = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let set = config.compose.editor.clone();
    set.or_else(|| named("VISUAL")).or_else(|| named("EDITOR")).unwrap_or_else(|| USUAL_EDITOR.to_owned())
}
