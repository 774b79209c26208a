//! Fetching a page from the web: one GET request with limits on its time, its size and its redirects.

use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use ureq::config::AutoHeaderValue;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, ResponseExt as _};

use super::tls::certificates;
use super::{ANSWER, CONNECT, NetError};
use crate::domain::url::{UrlAuthority, UrlSyntax};

/// The largest time for one request, with all redirects.
const ALTOGETHER: Duration = Duration::from_mins(3);
/// How many redirects are followed.
const REDIRECTS: u32 = 5;
/// Longer values of `ETag` and `Last-Modified` are ignored.
const MARK_BYTES: usize = 1024;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct HttpRequest<'a> {
    pub url: &'a str,
    /// The media types that are understood, as the header field `Accept` lists them.
    pub accept: &'a str,
    /// The `ETag` and `Last-Modified` of the page that is known already, so that it is not sent again (RFC 9110 §13.1).
    pub etag: Option<&'a str>,
    pub modified: Option<&'a str>,
    /// Certificates in PEM that are trusted instead of the platform's.
    pub ca: Option<&'a Path>,
    /// The largest size of a page in bytes, after decompression.
    pub max_bytes: usize,
}

#[derive(Debug)]
pub enum HttpResponse {
    /// The page has not changed (304).
    NotModified,
    Page(Page),
}

#[derive(Debug)]
pub struct Page {
    /// Its address after all redirects.
    pub url: String,
    pub body: Vec<u8>,
    /// The character set that its Content-Type names.
    pub charset: Option<String>,
    pub etag: Option<String>,
    pub modified: Option<String>,
}

/// Why there is no page. Only the host is named, because the rest of the address may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error(transparent)]
    Net(#[from] NetError),
    #[error("{host} answers: {} ({status})", meaning(*status))]
    Status { host: String, status: u16 },
    #[error("{host} sends more than {most} bytes")]
    Large { host: String, most: usize },
    #[error("{host} redirects too often")]
    TooManyRedirects { host: String },
    #[error("{host} redirects to a page without encryption")]
    Downgraded { host: String },
    #[error("the connection to {host} was lost: {error}")]
    Interrupted { host: String, error: io::Error },
    #[error("{host} does not answer as a web server does")]
    Unclear { host: String },
}

impl HttpError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Net(error) => error.hint(),
            Self::Status { status: 401 | 403 | 407, .. } => {
                "tidebox can't log in there; read it with a command, `kind = \"exec\"`"
            }
            Self::Status { status: 429, .. } => "read it less often: set a longer `every`",
            Self::Status { status: 404 | 410, .. }
            | Self::Large { .. }
            | Self::TooManyRedirects { .. }
            | Self::Unclear { .. } => "check the address in a browser",
            Self::Status { .. } | Self::Interrupted { .. } => "it is tried again",
            Self::Downgraded { .. } => "if you trust it, set `url` to the address that it leads to",
        }
    }
}

/// What a status code means, for those that a person can do something about.
fn meaning(status: u16) -> &'static str {
    match status {
        401 | 403 | 407 => "a login is required",
        404 => "the page does not exist",
        410 => "the page was removed",
        429 => "too many requests",
        400..=499 => "the request is not accepted",
        500..=599 => "the server has a problem",
        _ => "an unexpected answer",
    }
}

/// Fetches a page.
///
/// # Errors
/// If there is none, in plain words.
pub fn get(asked: HttpRequest<'_>) -> Result<HttpResponse, HttpError> {
    let host = host(asked.url);
    let failed = |error: ureq::Error| failure(&host, asked, error);
    let mut request = agent(asked)?.get(asked.url).header("Accept", asked.accept);
    if let Some(etag) = asked.etag {
        request = request.header("If-None-Match", etag);
    }
    if let Some(modified) = asked.modified {
        request = request.header("If-Modified-Since", modified);
    }
    let mut response = request.call().map_err(failed)?;
    let url = response.get_uri().to_string();
    let mark = |name: &str| {
        let value = response.headers().get(name)?.to_str().ok()?;
        (value.len() <= MARK_BYTES).then(|| value.to_owned())
    };
    let (etag, modified) = (mark("etag"), mark("last-modified"));
    let charset = mark("content-type").as_deref().and_then(charset);
    match response.status().as_u16() {
        200 => {}
        304 => return Ok(HttpResponse::NotModified),
        status => return Err(HttpError::Status { host, status }),
    }
    let mut body = Vec::new();
    let most = asked.max_bytes as u64;
    let reader = response.body_mut().with_config().limit(most + 2).reader();
    if let Err(error) = reader.take(most + 1).read_to_end(&mut body) {
        return Err(match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                NetError::TimedOut { host, port: port(asked.url), seconds: ALTOGETHER.as_secs() }.into()
            }
            _ => HttpError::Interrupted { host, error },
        });
    }
    if body.len() > asked.max_bytes {
        return Err(HttpError::Large { host, most: asked.max_bytes });
    }
    Ok(HttpResponse::Page(Page { url, body, charset, etag, modified }))
}

/// The parameter `charset` of a Content-Type (RFC 9110 §8.3).
fn charset(content_type: &str) -> Option<String> {
    let (_, value) = content_type
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let value = value.trim().trim_matches('"').trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn agent(asked: HttpRequest<'_>) -> Result<Agent, NetError> {
    let roots = match asked.ca {
        Some(path) => {
            let named: Vec<_> = certificates(path)?.iter().map(|it| Certificate::from_der(it).to_owned()).collect();
            RootCerts::new_with_certs(&named)
        }
        None => RootCerts::PlatformVerifier,
    };
    let tls = TlsConfig::builder()
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build();
    let version = concat!("tidebox/", env!("CARGO_PKG_VERSION"));
    let agent = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        // A request that begins encrypted is never redirected to an unencrypted page.
        .https_only(is_secure(asked.url))
        .max_redirects(REDIRECTS)
        .max_redirects_will_error(true)
        .user_agent(AutoHeaderValue::Provided(Arc::new(version.to_owned())))
        .timeout_global(Some(ALTOGETHER))
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(ANSWER))
        .build()
        .new_agent();
    Ok(agent)
}

fn failure(host: &str, asked: HttpRequest<'_>, error: ureq::Error) -> HttpError {
    let host = host.to_owned();
    let port = port(asked.url);
    match error {
        ureq::Error::HostNotFound => NetError::UnknownHost { host }.into(),
        ureq::Error::Timeout(_) => NetError::TimedOut { host, port, seconds: ANSWER.as_secs() }.into(),
        ureq::Error::Rustls(error) => NetError::handshake(&host, port, io::Error::other(error)).into(),
        ureq::Error::Io(error) => NetError::handshake(&host, port, error).into(),
        ureq::Error::ConnectionFailed => {
            NetError::Unreachable { host, port, error: io::ErrorKind::NotConnected.into() }.into()
        }
        ureq::Error::BodyExceedsLimit(_) => HttpError::Large { host, most: asked.max_bytes },
        ureq::Error::TooManyRedirects | ureq::Error::RedirectFailed => HttpError::TooManyRedirects { host },
        ureq::Error::RequireHttpsOnly(_) => HttpError::Downgraded { host },
        _ => HttpError::Unclear { host },
    }
}

fn is_secure(url: &str) -> bool {
    url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
}

/// The host of an address in lower case, an IPv6 address without its brackets.
#[must_use]
pub fn host(url: &str) -> String {
    let authority = UrlAuthority::of(url, UrlSyntax::Strict);
    authority.map(|it| it.host().trim_matches(['[', ']']).to_lowercase()).unwrap_or_default()
}

fn port(url: &str) -> u16 {
    let written = UrlAuthority::of(url, UrlSyntax::Strict).and_then(UrlAuthority::port);
    written.unwrap_or(if is_secure(url) { 443 } else { 80 })
}

#[cfg(test)]
mod tests {
    use super::{charset, host, port};

    #[test]
    fn of_a_content_type_the_character_set_is_told() {
        for (content_type, wanted) in [
            ("text/xml; charset=ISO-8859-1", Some("ISO-8859-1")),
            ("application/rss+xml;profile=\"a\"; Charset=\"utf-8\" ", Some("utf-8")),
            ("text/xml; charset=", None),
            ("charset=utf-8", None),
        ] {
            assert_eq!(charset(content_type).as_deref(), wanted, "{content_type}");
        }
    }

    #[test]
    fn host_and_port_are_read_from_an_address() {
        for (url, wanted) in [
            ("https://Example.org/feed?key=S3CR3T", ("example.org", 443)),
            ("http://example.org:8080", ("example.org", 8080)),
            ("http://[::1]:81/a", ("::1", 81)),
            ("HTTPS://ann:pw@example.org#x", ("example.org", 443)),
        ] {
            assert_eq!((host(url).as_str(), port(url)), wanted, "{url}");
        }
    }
}
