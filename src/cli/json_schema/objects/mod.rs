//! The objects that commands print with `--json`. A field whose name ends with `?` may be absent; the types are those of `FieldType`.
//! `docs/json.md` tells the same in sentences.

mod batches;
mod installation;
mod messages;
mod month;
mod outbox;

/// The name of a field, its type, and what it means. The name `..` takes over the fields of another object.
#[derive(Debug)]
pub struct OutputField(pub &'static str, pub &'static str, pub &'static str);

/// The objects, with their names.
pub fn objects() -> impl Iterator<Item = &'static (&'static str, &'static [OutputField])> {
    [messages::OBJECTS, batches::OBJECTS, outbox::OBJECTS, month::OBJECTS, installation::OBJECTS].into_iter().flatten()
}

const STATE: &str =
    "word(held, let through, in batch, deferred, carried over, done, trash, spam, muted, history, filed, gone)";
const VERDICT: &str = "word(done, trash, defer, later, mute, spam, skip, reopen, unsubscribe, stay subscribed, reply)";
const ATTEMPT: &str = "word(open, tried, refused, made, overtaken, not kept, replaced)";
