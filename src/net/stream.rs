//! A connection: bytes in both directions, with or without TLS.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use super::{ANSWER, CONNECT, NetError, RootCertificates};

#[derive(Debug)]
pub struct Stream(Kind);

#[derive(Debug)]
enum Kind {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    pub(super) fn plain(stream: TcpStream) -> Self {
        Self(Kind::Plain(stream))
    }

    /// The same connection with TLS. The certificate proves the host.
    ///
    /// # Errors
    /// If the other side speaks no TLS, or its certificate is not trusted.
    pub fn secure(self, host: &str, port: u16, trust: &RootCertificates) -> Result<Self, NetError> {
        self.secure_within(CONNECT, (host, port), trust)
    }

    /// The same, with another time limit for each wait.
    pub(super) fn secure_within(
        self,
        most: Duration,
        (host, port): (&str, u16),
        trust: &RootCertificates,
    ) -> Result<Self, NetError> {
        let Kind::Plain(mut socket) = self.0 else { return Ok(self) };
        let failed = |error| NetError::handshake(host, port, error);
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_| NetError::UnknownHost { host: host.to_owned() })?;
        let tls = ClientConnection::new(trust.0.clone(), name);
        let mut tls = tls.map_err(|error| failed(io::Error::other(error)))?;
        socket.set_read_timeout(Some(most)).map_err(failed)?;
        while tls.is_handshaking() {
            let (read, written) = tls.complete_io(&mut socket).map_err(failed)?;
            if read == 0 && written == 0 {
                return Err(failed(io::ErrorKind::UnexpectedEof.into()));
            }
        }
        socket.set_read_timeout(Some(ANSWER)).map_err(failed)?;
        Ok(Self(Kind::Tls(Box::new(StreamOwned::new(tls, socket)))))
    }

    /// Sets how long a read waits. It then fails with `WouldBlock` or `TimedOut`, and may be repeated.
    ///
    /// # Errors
    /// If the connection is lost.
    pub fn set_timeout(&self, most: Duration) -> io::Result<()> {
        // Zero would mean no limit.
        self.socket().set_read_timeout(Some(most.max(Duration::from_millis(1))))
    }

    fn socket(&self) -> &TcpStream {
        match &self.0 {
            Kind::Plain(socket) => socket,
            Kind::Tls(tls) => &tls.sock,
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Plain(socket) => socket.read(buffer),
            Kind::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Plain(socket) => socket.write(bytes),
            Kind::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kind::Plain(socket) => socket.flush(),
            Kind::Tls(tls) => tls.flush(),
        }
    }
}
