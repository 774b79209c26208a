//! Certificates for the servers of tests, from an authority of their own: a good one, and some with a defect.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, date_time_ymd,
};

pub struct Certificates {
    /// The file with the authority's certificate, for `ca =`.
    pub authority: PathBuf,
    /// For localhost and 127.0.0.1, issued by the authority.
    pub good: Identity,
    /// The same, but expired.
    pub expired: Identity,
    /// Issued by the authority, but for another host.
    pub other_host: Identity,
    /// For localhost, self-signed.
    pub self_signed: Identity,
    _folder: tempfile::TempDir,
}

/// A certificate with its key.
pub struct Identity {
    pub certificate: rcgen::Certificate,
    pub key: KeyPair,
}

impl Identity {
    /// Writes both as PEM.
    pub fn write(&self, folder: &Path) {
        fs::write(folder.join("certificate.pem"), self.certificate.pem()).unwrap();
        fs::write(folder.join("key.pem"), self.key.serialize_pem()).unwrap();
    }
}

/// The certificates of this process.
pub fn shared() -> &'static Certificates {
    static SHARED: OnceLock<Certificates> = OnceLock::new();
    SHARED.get_or_init(make)
}

fn make() -> Certificates {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "Tests of tidebox");
    let key = KeyPair::generate().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    fs::write(&authority, params.self_signed(&key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(params, key);
    let signed = |params: CertificateParams| {
        let key = KeyPair::generate().unwrap();
        Identity { certificate: params.signed_by(&key, &issuer).unwrap(), key }
    };
    let mut over = of_host("localhost");
    over.not_before = date_time_ymd(2020, 1, 1);
    over.not_after = date_time_ymd(2020, 12, 31);
    let key = KeyPair::generate().unwrap();
    let self_signed = Identity { certificate: of_host("localhost").self_signed(&key).unwrap(), key };
    Certificates {
        authority,
        good: signed(of_host("localhost")),
        expired: signed(over),
        other_host: signed(of_host("mail.example.org")),
        self_signed,
        _folder: folder,
    }
}

fn of_host(name: &str) -> CertificateParams {
    let mut names = vec![name.to_owned()];
    if name == "localhost" {
        names.push("127.0.0.1".to_owned());
    }
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    params.use_authority_key_identifier_extension = true;
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2035, 1, 1);
    params
}
