//! A document that a correspondent publishes: one GET request over https, with the address of the host checked as in `one_click`.
//!
//! The answer has limits on its size and its time. A redirect is followed within the same host alone, and what is sent tells
//! nothing of who asks.

use std::io::{self, Read as _, Write as _};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, bounded};

use super::one_click::{OneClickError, OneClickNetwork, OpenSocket, reach};
use super::{NetError, Stream, http};
use crate::domain::unsubscribe::OneClickUrl;

/// How many redirects are followed.
const REDIRECTS: usize = 3;
/// The fields of an answer are no longer, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
const END: &[u8] = b"\r\n\r\n";

/// Why there is no document. Only the host is named: the rest of the address may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error(transparent)]
    Connect(#[from] OneClickError),
    #[error("{host} answers with the status {status}")]
    Status { host: String, status: u16 },
    #[error("{host} leads to {to}, and only the host itself is asked")]
    Elsewhere { host: String, to: String },
    #[error("{host} leads from one address to the next")]
    TooManyRedirects { host: String },
    #[error("{host} sends more than {most} bytes")]
    Large { host: String, most: usize },
    #[error("{host} did not send it whole")]
    Interrupted { host: String },
    #[error("{host} does not answer as a web server does")]
    Unclear { host: String },
}

/// Fetches a document of at most so many bytes.
///
/// # Errors
/// If there is none in time, in plain words.
pub fn get_document(url: &OneClickUrl, network: &OneClickNetwork, most: usize) -> Result<Vec<u8>, DocumentError> {
    let (host, port, within) = (url.host(), url.port(), network.within());
    let (told, tells) = bounded(1);
    let (socket, url, network) = (OpenSocket::default(), url.clone(), network.clone());
    let own = socket.clone();
    // The system's resolver has no time limit, so nobody waits for this thread longer than the limit.
    let started = thread::Builder::new().name("document".into()).spawn(move || {
        let _ = told.send(fetch(url, &network, &own, most));
    });
    started.map_err(|error| OneClickError::Net(NetError::Unreachable { host: host.clone(), port, error }))?;
    let came = tells.recv_timeout(within);
    socket.close();
    match came {
        Ok(came) => came,
        Err(RecvTimeoutError::Timeout) => Err(late(host, port, within).into()),
        Err(RecvTimeoutError::Disconnected) => Err(DocumentError::Interrupted { host }),
    }
}

fn late(host: String, port: u16, within: Duration) -> OneClickError {
    OneClickError::Net(NetError::TimedOut { host, port, seconds: within.as_secs() })
}

fn fetch(
    mut url: OneClickUrl,
    network: &OneClickNetwork,
    socket: &OpenSocket,
    most: usize,
) -> Result<Vec<u8>, DocumentError> {
    let host = url.host();
    for _ in 0..=REDIRECTS {
        let mut stream = reach(&url, network, socket)?;
        let answer = ask(&mut stream, &url, most, network.within());
        let Answer { status, location, body } = match answer {
            Ok(answer) => answer.ok_or_else(|| DocumentError::Unclear { host: host.clone() })?,
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                return Err(DocumentError::Large { host, most });
            }
            // A read ends by itself at about the moment when nobody waits for it any more.
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                return Err(late(host, url.port(), network.within()).into());
            }
            Err(_) => return Err(DocumentError::Interrupted { host }),
        };
        match (status, location) {
            (200, _) => return Ok(body),
            (301 | 302 | 303 | 307 | 308, Some(to)) => url = next(&url, &to)?,
            _ => return Err(DocumentError::Status { host, status }),
        }
    }
    Err(DocumentError::TooManyRedirects { host })
}

/// Where a redirect leads to, within the host.
fn next(url: &OneClickUrl, to: &str) -> Result<OneClickUrl, DocumentError> {
    let host = url.host();
    let absolute = match to.strip_prefix('/') {
        Some(rest) if !rest.starts_with('/') => format!("https://{}{to}", url.host_field()),
        _ => to.to_owned(),
    };
    let other = || {
        let to = http::host(&absolute);
        let to = if to.is_empty() || to == host { "an address that is not used".to_owned() } else { to };
        DocumentError::Elsewhere { host: host.clone(), to }
    };
    let parsed = OneClickUrl::parse(&absolute).map_err(|_| other())?;
    if (parsed.host(), parsed.port()) == (host.clone(), url.port()) { Ok(parsed) } else { Err(other()) }
}

struct Answer {
    status: u16,
    location: Option<String>,
    body: Vec<u8>,
}

/// Asks, and reads the answer up to its end. HTTP/1.0, so that it comes in one piece and ends with the connection.
fn ask(stream: &mut Stream, url: &OneClickUrl, most: usize, within: Duration) -> io::Result<Option<Answer>> {
    stream.set_timeout(within)?;
    let request = format!(
        "GET {} HTTP/1.0\r\nHost: {}\r\nUser-Agent: tidebox\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n\
         Connection: close\r\n\r\n",
        url.target(),
        url.host_field()
    );
    stream.write_all(request.as_bytes())?;
    stream.flush()?;
    let mut bytes = Vec::new();
    let ended = match stream.take((HEAD_BYTES + 2 * most) as u64).read_to_end(&mut bytes) {
        // Some servers close without the farewell of TLS; then a length has to tell that all is here.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => false,
        Err(error) => return Err(error),
        Ok(_) => true,
    };
    read_answer(&bytes, ended, most)
}

/// An answer (RFC 9112 §2.1); `None` where it is none.
fn read_answer(bytes: &[u8], ended: bool, most: usize) -> io::Result<Option<Answer>> {
    let Some(end) = memchr::memmem::find(bytes, END) else { return Ok(None) };
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
    let body = bytes.get(end + END.len()..).unwrap_or_default();
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let status = first.strip_prefix("HTTP/1.").and_then(|rest| rest.split_whitespace().nth(1)?.parse::<u16>().ok());
    let Some(status) = status.filter(|status| (100..600).contains(status)) else { return Ok(None) };
    let field = |name: &str| {
        let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.find(|(it, _)| it.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    };
    let location = field("location");
    if status != 200 {
        return Ok(Some(Answer { status, location, body: Vec::new() }));
    }
    let length = field("content-length").and_then(|value| value.parse::<usize>().ok());
    let body = if field("transfer-encoding").is_some_and(|it| it.eq_ignore_ascii_case("chunked")) {
        chunks(body).ok_or(io::ErrorKind::UnexpectedEof)?
    } else {
        match length {
            Some(length) if length > most => return Err(io::ErrorKind::FileTooLarge.into()),
            Some(length) => body.get(..length).ok_or(io::ErrorKind::UnexpectedEof)?.to_vec(),
            None if ended => body.to_vec(),
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    };
    if body.len() > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(Some(Answer { status, location, body }))
}

/// A body in chunks (RFC 9112 §7.1), which some servers send whoever asks; `None` where its end is missing.
fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let end = memchr::memmem::find(rest, b"\r\n")?;
        let size = str::from_utf8(rest.get(..end)?).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(out);
        }
        let start = end + 2;
        out.extend_from_slice(rest.get(start..start.checked_add(size)?)?);
        rest = rest.get(start + size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{chunks, next, read_answer};
    use crate::domain::unsubscribe::OneClickUrl;

    #[test]
    fn an_answer_is_taken_whole_or_not_at_all() {
        let read = |text: &str, ended: bool| match read_answer(text.as_bytes(), ended, 9) {
            Ok(Some(answer)) => format!("{} {}", answer.status, String::from_utf8(answer.body).unwrap()),
            Ok(None) => "none".to_owned(),
            Err(error) if error.kind() == ErrorKind::FileTooLarge => "large".to_owned(),
            Err(_) => "broken".to_owned(),
        };
        for (text, ended, wanted) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", false, "200 ab"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", true, "broken"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nab", true, "large"),
            ("HTTP/1.0 200 OK\r\n\r\nab", true, "200 ab"),
            ("HTTP/1.0 200 OK\r\n\r\nab", false, "broken"),
            ("HTTP/1.0 200 OK\r\n\r\n0123456789", true, "large"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", false, "200 ab"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", true, "broken"),
            ("HTTP/1.1 404 No\r\n\r\nab", true, "404 "),
            ("HTTP/1.1 20", true, "none"),
            ("220 mail ESMTP\r\n\r\n", true, "none"),
        ] {
            assert_eq!(read(text, ended), wanted, "{text:?}");
        }
        assert_eq!(chunks(b"ffffffffffffffff\r\na"), None);
        assert_eq!(chunks(b"1;x=y\r\na\r\n0\r\n\r\n"), Some(b"a".to_vec()));
    }

    #[test]
    fn a_redirect_stays_within_the_host() {
        let url = OneClickUrl::parse("https://a.example:8443/x").unwrap();
        let leads = |to: &str| next(&url, to).map(|url| url.as_str().to_owned()).map_err(|error| error.to_string());
        assert_eq!(leads("/y").unwrap(), "https://a.example:8443/y");
        assert_eq!(leads("https://A.example:8443/z").unwrap(), "https://A.example:8443/z");
        for to in ["https://b.example/y", "//b.example/y", "http://a.example:8443/y", "https://a.example/y", "y", ""] {
            assert!(leads(to).unwrap_err().starts_with("a.example leads to "), "{to}");
        }
    }
}
