//! From a draft to the outbox on the command line: written in an editor, checked, shown, staged.

use std::io::{self, BufRead as _, Write as _};

use chrono::{DateTime, Utc};

use super::context::CommandContext;
use super::failure::Failure;
use super::json::{self, instant};
use super::output::print;
use super::reach::reach;
use super::report;
use crate::domain::address::Address;
use crate::domain::answering::{AnswerScope, Draft, DraftMistake};
use crate::domain::ids::{Id, OutgoingId};
use crate::domain::outbox::{DepartureTime, OutgoingRelation};
use crate::domain::printable::Printable;
use crate::domain::sending_summary::SendingSummary;
use crate::job::compose::{editor, full};
use crate::job::contact_hours::reading_word;
use crate::job::draft_file::DraftFile;
use crate::job::handover::{Handover, filled, hand_over, program};
use crate::job::stage::{CheckError, CheckedDraft, check_draft, decides, draft_is_read, stage_draft};
use crate::job::write_back::write_back_all;
use crate::mail::{draft_text, read_draft};
use crate::process::{command_in_terminal, edit_in_terminal};
use crate::store::Store;
use crate::ui::view::outgoing_words::{departure, reminds};

/// What is being written.
#[derive(Debug)]
pub struct UnstagedDraft {
    pub draft: Draft,
    /// What the writer is told above the text.
    pub notes: Vec<String>,
    pub about: Option<(OutgoingRelation, Id)>,
    /// To whom of those who were there an answer was begun, where that is known.
    pub scope: Option<AnswerScope>,
    /// Its draft in the store, once there is one.
    pub known: Option<OutgoingId>,
}

impl UnstagedDraft {
    /// With this text above what is there already: the quote, the signature.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        let below = self.draft.text.trim_matches('\n');
        let gap = if below.is_empty() { "" } else { "\n" };
        self.draft.text = format!("{}\n{gap}{below}{gap}", text.trim_end());
        self
    }
}

/// Stages it without asking. What is wrong, or worth a second look, is told; then it is kept as a draft.
pub fn stage_or_keep(
    context: &CommandContext,
    store: &mut Store,
    writing: &UnstagedDraft,
    anyway: bool,
) -> Result<(), Failure> {
    let text = draft_text(&writing.draft, &writing.notes);
    let id = keep(context, store, writing, &text)?;
    stage_text(context, store, id, (writing.about, writing.scope), &text, anyway)
}

/// Checks and stages a draft of the store, without asking.
pub fn stage_text(
    context: &CommandContext,
    store: &mut Store,
    id: OutgoingId,
    (about, scope): (Option<(OutgoingRelation, Id)>, Option<AnswerScope>),
    text: &str,
    anyway: bool,
) -> Result<(), Failure> {
    let kept = format!("it is kept: `tidebox drafts edit {id}` opens it, `tidebox drafts stage {id}` stages it");
    let checked = match check_draft(store, &context.config, about, scope, text.as_bytes(), context.now()) {
        Ok(checked) => checked,
        Err(CheckError::Job(error)) => return Err(error.into()),
        Err(CheckError::Mistakes(mistakes)) => return Err(Failure::unready(told(&mistakes), kept)),
    };
    if !checked.warnings.is_empty() && !anyway {
        let what: Vec<String> = checked.warnings.iter().map(ToString::to_string).collect();
        return Err(Failure::unready(what.join("\n  "), format!("--anyway stages it all the same; {kept}")));
    }
    stage(context, store, id, &checked)
}

fn told(mistakes: &[DraftMistake]) -> String {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    lines.join("\n  ")
}

/// Keeps the file of a draft in the store.
fn keep(
    context: &CommandContext,
    store: &mut Store,
    writing: &UnstagedDraft,
    text: &str,
) -> Result<OutgoingId, Failure> {
    Ok(match writing.known {
        Some(id) => {
            store.save_draft(id, text, context.now())?;
            id
        }
        None => store.new_draft(writing.about, text, context.now())?,
    })
}

fn stage(context: &CommandContext, store: &mut Store, id: OutgoingId, checked: &CheckedDraft) -> Result<(), Failure> {
    let now = context.now();
    let decides = match checked.about {
        Some((OutgoingRelation::Reply, message)) => decides(store, message)?,
        _ => None,
    };
    let decided = decides.is_some();
    let reads = draft_is_read(store, &context.config, checked, now)?;
    stage_draft(store, &context.config, id, checked, decides, now)?;
    let came = checked.at_once.then(|| send(context, store)).transpose()?;
    if context.json {
        let mut value = object(id, checked, &reads, decided);
        value["sending"] = came.as_ref().map_or(serde_json::Value::Null, json::sending);
        return print(&format!("{}\n", json::line(&value)));
    }
    if let Some(came) = came {
        return report::sending(&came);
    }
    let people: Vec<&str> = checked.draft.to.iter().map(Address::called).take(3).collect();
    let whom = if people.is_empty() { "those in Bcc".to_owned() } else { people.join(", ") };
    let takes_back = if decided {
        "; `tidebox undo` takes it back".to_owned()
    } else {
        format!("; `tidebox outbox recall {id}` takes it back")
    };
    let line = format!("{id} to {} leaves {}{takes_back}", Printable::from(whom), leaves(context, checked));
    let reads = read_words(context, &reads);
    let reads = if reads.is_empty() { reads } else { format!("Read on {}\n", Printable::from(reads)) };
    print(&format!("{line}\n{reads}"))
}

/// `Tue 24 Nov, 13:00 by Ann`; empty where nobody says so.
fn read_words(context: &CommandContext, reads: &[(String, DateTime<Utc>)]) -> String {
    let words = reads.iter().map(|(name, at)| format!("{} by {name}", reading_word(&context.config, *at)));
    words.collect::<Vec<_>>().join(", ")
}

/// Sends what is to leave at once, and then keeps the copies of it.
pub fn send(context: &CommandContext, store: &mut Store) -> Result<SendingSummary, Failure> {
    let (reach, _lock) = reach(context, "sends it")?;
    let came = report::deliver_due(context, store, reach)?;
    if came.sent + came.partly_sent > 0 {
        write_back_all(store, &context.config, reach, context.now())?;
    }
    Ok(came)
}

fn object(
    id: OutgoingId,
    checked: &CheckedDraft,
    reads: &[(String, DateTime<Utc>)],
    decided: bool,
) -> serde_json::Value {
    let addresses = |people: &[Address]| people.iter().map(|it| it.address.clone()).collect::<Vec<_>>();
    let draft = &checked.draft;
    let at = match checked.leaving {
        DepartureTime::At(at) => Some(instant(at)),
        DepartureTime::Close | DepartureTime::Next => checked.close.as_ref().map(|close| instant(close.closes)),
    };
    serde_json::json!({
        "id": id.0, "answers": checked.about.map(|(_, message)| message.0), "from": draft.from.address,
        "to": addresses(&draft.to), "cc": addresses(&draft.cc), "bcc": addresses(&draft.bcc), "subject": draft.subject,
        "files": checked.files.iter().map(|file| file.name.clone()).collect::<Vec<_>>(), "leaves": at, "reminds": checked.reminds.as_ref().map(json::until),
        "reads": reads.iter().map(|(name, at)| serde_json::json!({ "name": name, "at": instant(*at) })).collect::<Vec<_>>(),
        "decided": decided,
    })
}

/// `at the close of morning, today 10:45`.
fn leaves(context: &CommandContext, checked: &CheckedDraft) -> Printable {
    departure(checked.leaving, checked.close.as_ref(), context.now(), context.zone()).into()
}

/// Opens the editor, shows what leaves, and asks. Whatever is saved is kept.
pub fn write_in_editor(context: &CommandContext, store: &mut Store, mut writing: UnstagedDraft) -> Result<(), Failure> {
    let mut text = draft_text(&writing.draft, &writing.notes);
    let mut begun = writing.known.is_none().then(|| text.clone());
    loop {
        let edited = edit(context, store, &mut writing, &text)?;
        if edited.is_none() && begun.is_some() {
            return print("Nothing was written, so nothing is kept.\n");
        }
        text = edited.unwrap_or(text);
        begun = None;
        let id = keep(context, store, &writing, &text)?;
        writing.known = Some(id);
        let (about, scope) = (writing.about, writing.scope);
        let checked = match check_draft(store, &context.config, about, scope, text.as_bytes(), context.now()) {
            Ok(checked) => checked,
            Err(CheckError::Job(error)) => return Err(error.into()),
            Err(CheckError::Mistakes(mistakes)) => {
                print(&format!("  {}\n", Printable::from(told(&mistakes)).as_str()))?;
                match ask("e edits it again, k keeps it as a draft")? {
                    'e' => continue,
                    _ => return print(&format!("It is draft {id}.\n")),
                }
            }
        };
        print(&shown(context, store, &checked)?)?;
        match ask("y stages it, e edits it again, k keeps it as a draft")? {
            'y' => return stage(context, store, id, &checked),
            'e' => {}
            _ => return print(&format!("It is draft {id}.\n")),
        }
    }
}

/// Hands what is begun to the mail program that the settings name. Nothing of it is kept here.
pub fn write_elsewhere(
    context: &CommandContext,
    store: &Store,
    words: &[String],
    draft: &Draft,
    about: Option<(OutgoingRelation, Id)>,
) -> Result<(), Failure> {
    let Handover { draft: bytes, mailto } = hand_over(store, draft, about)?;
    let folder = |error| Failure::io("writing a file for the mail program beside", &context.store_path, &error);
    let file = DraftFile::write(&context.store_path, &draft.subject, &bytes).map_err(folder)?;
    let ended = command_in_terminal(&filled(words, file.path(), &mailto), || Ok(true));
    file.remove();
    let program = Printable::from(program(words));
    let unready = |how: String| Failure::unready(format!("{program} {how}"), "nothing was staged or kept here");
    match ended {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(unready(format!("ended with a failure ({status})"))),
        Err(error) => return Err(unready(format!("could not be run: {error}"))),
    }
    let stays =
        if about.is_some() { "; what it answers stays open until the answer lies among the sent mail" } else { "" };
    if context.json {
        context.note("handed", &format!("it was handed to {program}"), "nothing was staged here");
        return Ok(());
    }
    print(&format!("It was handed to {program}{stays}.\n"))
}

/// What leaves, before it is staged.
fn shown(context: &CommandContext, store: &Store, checked: &CheckedDraft) -> Result<String, Failure> {
    let people = |list: &[Address]| list.iter().map(full).collect::<Vec<_>>().join(", ");
    let draft = &checked.draft;
    let files: Vec<&str> = checked.files.iter().map(|file| file.name.as_str()).collect();
    let mut out = String::new();
    for (name, value) in [
        ("From", full(&draft.from)),
        ("To", people(&draft.to)),
        ("Cc", people(&draft.cc)),
        ("Bcc", people(&draft.bcc)),
        ("Subject", draft.subject.clone()),
        ("Files", files.join(", ")),
        ("Leaves", leaves(context, checked).to_string()),
        ("Read", read_words(context, &draft_is_read(store, &context.config, checked, context.now())?)),
        ("Reminds", checked.reminds.as_ref().map(|it| reminds(it, context.now(), context.zone())).unwrap_or_default()),
    ] {
        if !value.is_empty() {
            out.push_str(&format!("  {name:<8} {}\n", Printable::from(value)));
        }
    }
    for warning in &checked.warnings {
        out.push_str(&format!("  {}\n", Printable::from(warning.to_string())));
    }
    Ok(out)
}

/// The key that was typed, in small letters; `k` at the end of the input.
fn ask(choices: &str) -> Result<char, Failure> {
    let mut out = io::stdout().lock();
    write!(out, "{choices}: ")?;
    out.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().chars().next().map_or('k', |c| c.to_ascii_lowercase()))
}

/// What the editor gave back, where it was saved; each save is in the store while it runs.
fn edit(
    context: &CommandContext,
    store: &mut Store,
    writing: &mut UnstagedDraft,
    text: &str,
) -> Result<Option<String>, Failure> {
    let name = if writing.draft.subject.is_empty() { "message" } else { &writing.draft.subject };
    let folder = |error| Failure::io("writing a file for the editor beside", &context.store_path, &error);
    let mut file = DraftFile::write(&context.store_path, name, text.as_bytes()).map_err(folder)?;
    let command = editor(&context.config);
    let mut failed = None;
    let path = file.path().to_owned();
    let ended = edit_in_terminal(&command, &path, || {
        if file.has_changed()
            && let Some(saved) = file.read().ok().and_then(|bytes| String::from_utf8(bytes).ok())
            && saved != text
        {
            match keep(context, store, writing, &saved) {
                Ok(id) => writing.known = Some(id),
                Err(failure) => failed = Some(failure),
            }
        }
        Ok(true)
    })?;
    let bytes = file.read();
    // So a shell says that there is no such program.
    if ended.code() == Some(127) && matches!(&bytes, Ok(bytes) if bytes.as_slice() == text.as_bytes()) {
        let what = format!("the editor `{}` was not found, so nothing is staged", Printable::from(command.as_str()));
        return Err(Failure::unready(
            what,
            "name one that is there: `editor` under [compose], else $VISUAL, else $EDITOR",
        ));
    }
    if !ended.success() {
        return Err(Failure::unready(
            format!("the editor ended with a failure ({ended}), so nothing is staged"),
            match writing.known {
                Some(id) => format!("what was saved is draft {id}"),
                None => "nothing was saved".to_owned(),
            },
        ));
    }
    let saved = match bytes {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| {
            let hint = format!("it is left in {}; let the editor save it as UTF-8", path.display());
            Failure::unready("what the editor saved is not UTF-8", hint)
        })?,
        Err(error) => return Err(Failure::io("reading", &path, &error)),
    };
    if let Some(failure) = failed {
        return Err(failure);
    }
    file.remove();
    Ok((saved != text).then_some(saved))
}

/// The draft in a file, as far as it can be read.
pub fn draft_of(text: &str) -> Draft {
    read_draft(text.as_bytes()).unwrap_or_default()
}
