//! The processes of one server: started in a session of their own, and ended all together.
//!
//! A shell runs beside them and waits for words from the tests. When the tests end, for whatever reason (also by `kill
//! -9`), the shell ends the processes of the server and removes its folder.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use tidebox::clock::Stopwatch;

/// The script of the shell. `$1` is the folder of the server, the rest its command.
const KEEPER: &str = r#"
folder=$1; shift
start() { setsid "$@" </dev/null >>"$folder/output.log" 2>&1 & pid=$!; }
end() { kill -s KILL -- "-$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
start "$@"
while read -r word; do
    end
    echo down
    if [ "$word" = again ]; then start "$@"; fi
done
end
rm -rf "$folder"
"#;

/// The largest time until a server sends its greeting.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Process {
    keeper: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a server. Its output goes to a file in its folder.
    pub fn start(command: &[String], folder: &Path) -> Self {
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(folder)
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // So that Ctrl-C in the terminal of the tests does not reach the shell, which has to clean up.
            .process_group(0)
            .spawn()
            .unwrap();
        let words = keeper.stdin.take();
        let answers = BufReader::new(keeper.stdout.take().unwrap());
        Self { keeper, words, answers }
    }

    /// Waits until a server sends its greeting at this port.
    pub fn greeted(port: u16) -> Result<(), String> {
        let watch = Stopwatch::start();
        while watch.elapsed() < PATIENCE {
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) {
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                let mut start = [0; 4];
                if stream.read_exact(&mut start).is_ok() && [b"* OK", b"220 ", b"\"IMP"].contains(&&start) {
                    return Ok(());
                }
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(format!("no greeting at port {port} within {} s", PATIENCE.as_secs()))
    }

    /// `down` ends the server, `again` ends it and starts it again. When this returns, the earlier processes are gone.
    pub fn say(&mut self, word: &str) {
        let words = self.words.as_mut().unwrap();
        writeln!(words, "{word}").unwrap();
        words.flush().unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        assert_eq!(answer, "down\n");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.words.take());
        let _ = self.keeper.wait();
    }
}
