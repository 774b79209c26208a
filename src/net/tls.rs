//! Which certificates are trusted: those of the platform's roots, and the one that a person has configured.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use super::NetError;
use super::pinned::Pinned;

/// A larger file is not read as a certificate.
const PEM_BYTES: u64 = 1024 * 1024;

/// The certificates that servers are verified with. Cheap to clone, and worth keeping, because making it reads the
/// system's certificates.
#[derive(Debug, Clone)]
pub struct RootCertificates(pub(super) Arc<ClientConfig>);

impl RootCertificates {
    /// The platform's roots, and the certificate in a PEM file.
    ///
    /// # Errors
    /// If that file can't be used, or the system has no certificates and no file is configured.
    pub fn new(ca: Option<&Path>) -> Result<Self, NetError> {
        let provider = Arc::new(ring::default_provider());
        let named = ca.map_or(Ok(Vec::new()), certificates)?;
        let platform = Verifier::new_with_extra_roots(named.clone(), Arc::clone(&provider));
        let platform = platform.map_err(|_| NetError::NoRoots)?;
        let verifier: Arc<dyn ServerCertVerifier> =
            if named.is_empty() { Arc::new(platform) } else { Arc::new(Pinned::new(platform, named)) };
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = versions.map_err(|_| NetError::NoRoots)?.dangerous().with_custom_certificate_verifier(verifier);
        Ok(Self(Arc::new(config.with_no_client_auth())))
    }
}

pub(super) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, NetError> {
    let failed = |error| NetError::Ca { path: path.to_owned(), error };
    if fs::metadata(path).map_err(failed)?.len() > PEM_BYTES {
        return Err(NetError::NoCa { path: path.to_owned() });
    }
    let pem = fs::read(path).map_err(failed)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(NetError::NoCa { path: path.to_owned() }),
    }
}

/// Random bytes for cryptography.
///
/// # Errors
/// If the system has none.
pub fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    let filled = ring::default_provider().secure_random.fill(&mut bytes);
    filled.map_err(|_| io::Error::other("the system gives no random numbers"))?;
    Ok(bytes)
}
