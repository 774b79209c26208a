//! Dovecot's configuration: any user name is an account, with its mail in a Maildir; or as a server for submission, which passes
//! what it gets on to another one.

use std::fs;
use std::path::{Path, PathBuf};

pub fn program() -> Option<PathBuf> {
    ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"].map(PathBuf::from).into_iter().find(|path| path.is_file())
}

/// For mail that arrives: IMAP.
pub fn command(program: &Path, folder: &Path, port: u16, tls_port: u16) -> Vec<String> {
    let mut text = common(folder, "imap", port);
    text.push_str("namespace inbox {\n inbox = yes\n separator = /\n");
    for role in ["Archive", "Sent", "Drafts", "Trash", "Junk"] {
        text.push_str(&format!(" mailbox {role} {{\n  special_use = \\{role}\n  auto = subscribe\n }}\n"));
    }
    text.push_str(&format!(
        "}}\nservice imap-login {{\n chroot =\n service_count = 0\n process_min_avail = 1\n client_limit = 500\n \
         inet_listener imap {{\n  port = {port}\n }}\n inet_listener imaps {{\n  port = {tls_port}\n  ssl = yes\n }}\n}}\n\
         service imap {{\n process_limit = 300\n}}\n"
    ));
    started(program, folder, &text)
}

/// For mail that leaves: everything goes on to the server at this port, which answers for it, and that without a login.
pub fn submission(program: &Path, folder: &Path, port: u16, tls_port: u16, relay: u16) -> Vec<String> {
    let mut text = common(folder, "submission", port);
    text.push_str(&format!(
        "hostname = localhost\nsubmission_relay_host = 127.0.0.1\nsubmission_relay_port = {relay}\n\
         submission_relay_command_timeout = 3 secs\nservice submission-login {{\n chroot =\n \
         inet_listener submission {{\n  port = {port}\n }}\n inet_listener submissions {{\n  port = {tls_port}\n  ssl = yes\n }}\n}}\n"
    ));
    started(program, folder, &text)
}

/// For scripts: ManageSieve at the first port, with TLS from the first byte at the second, and IMAP at the third.
pub fn managesieve(program: &Path, folder: &Path, [port, tls_port, imap_port]: [u16; 3]) -> Vec<String> {
    let mut text = common(folder, "imap sieve", port);
    text.push_str(&format!(
        "namespace inbox {{\n inbox = yes\n separator = /\n}}\n\
         service imap-login {{\n chroot =\n inet_listener imap {{\n  port = {imap_port}\n }}\n inet_listener imaps {{\n  port = 0\n }}\n}}\n\
         service managesieve-login {{\n chroot =\n inet_listener sieve {{\n  port = {port}\n }}\n inet_listener sieves {{\n  port = {tls_port}\n  ssl = yes\n }}\n}}\n\
         plugin {{\n sieve = file:~/sieve;active=~/.dovecot.sieve\n sieve_max_script_size = 64k\n}}\n"
    ));
    started(program, folder, &text)
}

/// What all have in common.
fn common(folder: &Path, protocol: &str, port: u16) -> String {
    for part in ["run", "state", "mail"] {
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    let (user, group) = super::runs_as();
    let d = folder.display();
    let password = super::PASSWORD;
    let mut text = format!(
        "base_dir = {d}/run\nstate_dir = {d}/state\nlog_path = {d}/dovecot.log\ninstance_name = tidebox-{port}\n\
         protocols = {protocol}\nlisten = 127.0.0.1\n\
         default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
         default_vsz_limit = 0\n\
         mail_home = {d}/mail/%u\nmail_location = maildir:~/Maildir\nmail_uid = {user}\nmail_gid = {group}\n\
         first_valid_uid = 1\nfirst_valid_gid = 1\nmail_fsync = never\nmail_max_userip_connections = 200\n\
         disable_plaintext_auth = no\nauth_mechanisms = plain login scram-sha-256\nauth_failure_delay = 0 secs\n\
         ssl = yes\nssl_cert = <{d}/certificate.pem\nssl_key = <{d}/key.pem\n\
         passdb {{\n driver = static\n args = password={password}\n}}\n\
         userdb {{\n driver = static\n args = uid={user} gid={group} home={d}/mail/%u allow_all_users=yes\n}}\n"
    );
    // Only root may use chroot.
    for service in ["anvil", "auth", "stats"] {
        text.push_str(&format!("service {service} {{\n chroot =\n}}\n"));
    }
    // Nobody waits after a wrong password.
    text.push_str("service anvil {\n unix_listener anvil-auth-penalty {\n  mode = 0\n }\n}\n");
    text
}

fn started(program: &Path, folder: &Path, text: &str) -> Vec<String> {
    let path = folder.join("dovecot.conf");
    fs::write(&path, text).unwrap();
    super::as_ordinary_user(vec![program.display().to_string(), "-F".into(), "-c".into(), path.display().to_string()])
}
