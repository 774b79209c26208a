//! `tidebox export`: what was released, as mboxrd or JSON lines. What is held stays held; `backup` copies everything.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};

use super::arguments::{Export, ExportFormat};
use super::failure::Failure;
use super::json::{self, MessageJson};
use super::place::Place;
use super::search;
use crate::domain::message::Message;
use crate::domain::query::Query;
use crate::mail::mboxrd;

pub fn run(place: &Place, options: &Export) -> Result<(), Failure> {
    let query = match &options.query {
        Some(text) => search::query(place, text)?,
        None => Query::All,
    };
    let store = place.desk()?;
    let mut out: BufWriter<Box<dyn Write>> = BufWriter::new(match &options.output {
        Some(path) => {
            let mut opening = OpenOptions::new();
            opening.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut opening, 0o600);
            Box::new(opening.open(path).map_err(|error| Failure::io("writing", path, &error))?)
        }
        None => Box::new(io::stdout().lock()),
    });
    let mut failed = None;
    store.export(&query, place.now(), &mut |message, raw| {
        let written = match options.format {
            ExportFormat::Mbox => mboxrd::write(&mut out, &message.from.address, message.received, raw),
            ExportFormat::Jsonl => writeln!(out, "{}", line(message, raw)),
        };
        failed = written.err();
        failed.is_none()
    })?;
    let ended = failed.map_or_else(|| out.flush(), Err);
    match ended {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn line(message: &Message, raw: &[u8]) -> String {
    let mut value = serde_json::to_value(MessageJson::from(message)).unwrap_or_default();
    value["raw"] = crate::mail::base64(raw).into();
    json::line(&value)
}
