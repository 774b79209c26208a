//! Cyrus's configuration. Cyrus is unpacked and not installed, so it has to be told where its libraries are.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

pub fn program() -> Option<PathBuf> {
    let has_passwords = Path::new("/usr/sbin/saslpasswd2").is_file();
    Some(super::cache().join("cyrus/usr/lib/cyrus/bin")).filter(|bin| bin.join("master").is_file() && has_passwords)
}

pub fn command(bin: &Path, folder: &Path, port: u16, tls_port: u16) -> Vec<String> {
    for part in ["conf", "spool", "lock", "proc"] {
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    let (user, group) = super::runs_as();
    let d = folder.display();
    let bin = bin.display();
    let mut text = format!(
        "configdirectory: {d}/conf\npartition-default: {d}/spool\ndefaultpartition: default\n\
         proc_path: {d}/proc\nmboxname_lockpath: {d}/lock\n\
         idlesocket: {d}/idle\nnotifysocket: {d}/notify\nlmtpsocket: {d}/lmtp\n\
         cyrus_user: {user}\ncyrus_group: {group}\nadmins: admin\nservername: localhost\nvirtdomains: off\n\
         altnamespace: yes\nunixhierarchysep: yes\nallowplaintext: yes\nimapidlepoll: 1\nconversations: no\n\
         autocreate_quota: 0\nautocreate_post: yes\n\
         autocreate_inbox_folders: Archive | Sent | Drafts | Trash | Junk\n\
         autocreate_subscribe_folders: Archive | Sent | Drafts | Trash | Junk\n\
         sasl_pwcheck_method: auxprop\nsasl_auxprop_plugin: sasldb\nsasl_sasldb_path: {d}/conf/sasldb2\n\
         sasl_mech_list: PLAIN LOGIN\nduplicatesuppression: no\nmaxlogins_per_user: 0\n\
         tls_server_cert: {d}/certificate.pem\ntls_server_key: {d}/key.pem\nsyslog_prefix: cyrus-{port}\n"
    );
    for role in ["Archive", "Sent", "Drafts", "Trash", "Junk"] {
        text.push_str(&format!("xlist-{}: {role}\n", role.to_lowercase()));
    }
    let settings = folder.join("imapd.conf");
    fs::write(&settings, text).unwrap();
    let services = folder.join("cyrus.conf");
    let listen = |port: u16| format!("listen=\"127.0.0.1:{port}\" proto=tcp4 prefork=0 maxchild=100");
    fs::write(
        &services,
        format!(
            "START {{\n recover cmd=\"{bin}/ctl_cyrusdb -C {d}/imapd.conf -r\"\n}}\n\
             SERVICES {{\n imap cmd=\"{bin}/imapd -C {d}/imapd.conf\" {}\n \
             imaps cmd=\"{bin}/imapd -s -C {d}/imapd.conf\" {}\n}}\n\
             EVENTS {{\n}}\nDAEMON {{\n idled cmd=\"{bin}/idled -C {d}/imapd.conf\"\n}}\n",
            listen(port),
            listen(tls_port)
        ),
    )
    .unwrap();
    make_user(folder, "admin");
    super::as_ordinary_user(vec![
        "env".into(),
        format!("LD_LIBRARY_PATH={}", super::unpacked::libraries(&super::cache().join("cyrus"))),
        format!("{bin}/master"),
        "-C".into(),
        settings.display().to_string(),
        "-M".into(),
        services.display().to_string(),
        "-p".into(),
        format!("{d}/master.pid"),
        "-D".into(),
        "-L".into(),
        format!("{d}/cyrus.log"),
    ])
}

/// Creates an account; the server creates its folders at the first login.
pub fn make_user(folder: &Path, user: &str) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let passwords = folder.join("conf/sasldb2");
    let mut child = Command::new("saslpasswd2")
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .args(["-p", "-c", "-f"])
        .arg(&passwords)
        .args(["-u", "localhost", user])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{}", super::PASSWORD).unwrap();
    assert!(child.wait().unwrap().success(), "no account {user}");
    super::give_away(&passwords);
}
