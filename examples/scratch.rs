#![allow(clippy::all, clippy::pedantic)]
fn main() {
    for path in std::env::args().skip(1) {
        let raw = std::fs::read(&path).unwrap();
        let t = std::time::Instant::now();
        let a = std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn({
                let raw = raw.clone();
                move || tidebox::mail::parse(raw)
            })
            .unwrap()
            .join()
            .unwrap();
        let p = t.elapsed();
        let t = std::time::Instant::now();
        let l = std::thread::Builder::new()
            .stack_size(2 << 20)
            .spawn(move || tidebox::mail::letter(tidebox::domain::ids::Id(1), &raw, 80, None))
            .unwrap()
            .join()
            .unwrap();
        let q = t.elapsed();
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let hwm = status
            .lines()
            .find(|l| l.starts_with("VmHWM"))
            .unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
            / 1024;
        println!(
            "{:<20} parse {:>8.2?} letter {:>8.2?} {:>4} MB  lines {} links {} text {} {:?} {:?}",
            std::path::Path::new(&path).file_stem().unwrap().to_string_lossy(),
            p,
            q,
            hwm,
            l.lines.len(),
            l.links.len(),
            a.text.len(),
            a.defects,
            l.notes.iter().map(|n| n.as_str().chars().take(60).collect::<String>()).collect::<Vec<_>>()
        );
    }
}
