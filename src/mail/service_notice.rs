//! What forges, CI servers and monitors say in their messages, by fields of their own, by their addresses and by the words that
//! their programs write.

use super::header::{Header, unfold};
use crate::domain::address::Address;
use crate::domain::job_subject::JobSubject;
use crate::domain::numberless::unmarked;
use crate::domain::service_notice::{NoticeState, ServiceNotice};
use crate::domain::words::fold;

/// Why a forge has sent a notice, where that is because of the person: GitHub's and Forgejo's words, and GitLab's.
const PERSONAL: [&str; 11] = [
    "mention",
    "team_mention",
    "review_requested",
    "author",
    "assign",
    "security_alert",
    "mentioned",
    "directly_addressed",
    "assigned",
    "approval_required",
    "unapproved",
];
/// The fields that say why.
pub(super) const REASONS: [&str; 4] =
    ["x-github-reason", "x-gitlab-notificationreason", "x-gitea-reason", "x-forgejo-reason"];
/// The fields that name the repository.
pub(super) const REPOSITORIES: [&str; 3] =
    ["x-gitlab-project-path", "x-gitea-repository-path", "x-forgejo-repository-path"];

/// Parts of the addresses from which jobs and alerts are told.
const MONITORS: [&str; 42] = [
    "alert",
    "alerting",
    "alertmanager",
    "alerts",
    "appveyor",
    "azuredevops",
    "build",
    "buildbot",
    "buildkite",
    "builds",
    "checkmk",
    "ci",
    "circleci",
    "concourse",
    "cron",
    "datadog",
    "drone",
    "grafana",
    "healthchecks",
    "icinga",
    "icinga2",
    "jenkins",
    "monit",
    "monitor",
    "monitoring",
    "monitors",
    "nagios",
    "newrelic",
    "opsgenie",
    "pagerduty",
    "pingdom",
    "prometheus",
    "sentry",
    "getsentry",
    "status",
    "statuspage",
    "teamcity",
    "travis",
    "travis-ci",
    "uptime",
    "uptimerobot",
    "zabbix",
];
/// Parts of such addresses that say nothing more.
const GENERAL: [&str; 14] = [
    "no",
    "reply",
    "noreply",
    "donotreply",
    "bot",
    "mail",
    "mailer",
    "notification",
    "notifications",
    "system",
    "robot",
    "server",
    "info",
    "service",
];
/// Words of a subject that only a job or an alert has, where a program sent it that is not known.
const OF_JOBS: [&str; 14] = [
    "build",
    "builds",
    "pipeline",
    "pipelines",
    "workflow",
    "job",
    "jobs",
    "deploy",
    "deployment",
    "firing",
    "alerting",
    "monitor",
    "ci",
    "resolved",
];

/// What the header says. `phrase` is the List-Id with its phrase (RFC 2919 §3).
pub(super) fn read(
    header: &Header<'_>,
    from: &Address,
    subject: &str,
    (phrase, list): (&str, Option<&str>),
    automatic: bool,
) -> Option<ServiceNotice> {
    let field = |name: &str| header.noted(name).map(|value| String::from_utf8_lossy(&unfold(value)).trim().to_owned());
    let reason = REASONS.into_iter().find_map(field).map(|reason| reason.to_ascii_lowercase());
    let named = REPOSITORIES.into_iter().find_map(field).filter(|path| is_path(path));
    let of_github = list.is_some_and(|list| list.ends_with(".github.com"));
    let is_forge = reason.is_some() || named.is_some() || of_github;
    let repository = named.or_else(|| repository(phrase, list, subject).filter(|_| is_forge));
    let personal = reason.as_deref().is_some_and(|reason| PERSONAL.contains(&reason));
    let of_job = if is_forge {
        reason.as_deref() == Some("ci_activity") || field("x-gitlab-pipeline-id").is_some() || names_a_run(subject)
    } else {
        is_of_monitor(&from.address) || automatic && has_word_of_jobs(subject)
    };
    // Who answers such a message is a person.
    let job = JobSubject::read(subject).filter(|_| of_job && unmarked(subject) == subject.trim());
    let notice = ServiceNotice { repository, personal, state: job.map(|job| job.state) };
    (!notice.is_empty()).then_some(notice)
}

/// The same with what the first line of its text says of an issue or a review, as forges write it when that is closed.
pub(super) fn with_text(notice: Option<ServiceNotice>, text: &str) -> Option<ServiceNotice> {
    let mut notice = notice?;
    if notice.repository.is_some() && notice.state.is_none() {
        notice.state = text.lines().find(|line| !line.trim().is_empty()).and_then(closing);
    }
    Some(notice)
}

/// `Closed #12 as completed.`, `Merged #13 into main.`, `@ann closed tide/harbour#12`, `Issue was closed by Ann`, `Merge request !13
/// was merged`.
fn closing(line: &str) -> Option<NoticeState> {
    let line = line.get(..line.floor_char_boundary(300)).unwrap_or(line).trim();
    let folded = fold(line);
    let mut words = folded.split(' ');
    let (first, second) = (words.next()?, words.next()?);
    let state = |word: &str| match word {
        "closed" => Some(NoticeState::Closed),
        "merged" => Some(NoticeState::Merged),
        _ => None,
    };
    let (verb, thing) = if line.starts_with('@') { (second, 2) } else { (first, 1) };
    let refers = line.split_whitespace().nth(thing).is_some_and(|word| word.contains(['#', '!']));
    if refers && let Some(state) = state(verb) {
        return Some(state);
    }
    let is_thing = matches!(
        (first, second),
        ("issue" | "epic" | "incident" | "task", _) | ("merge" | "pull", "request") | ("work", "item")
    );
    let mut told = folded.split(' ').zip(folded.split(' ').skip(1)).take(8);
    told.find(|(was, _)| is_thing && *was == "was").and_then(|(_, verb)| state(verb))
}

/// `owner/name` of a notice: the phrase of its List-Id, else the identifier turned round, else what stands in brackets before the
/// subject.
fn repository(phrase: &str, list: Option<&str>, subject: &str) -> Option<String> {
    let before = phrase.split('<').next().unwrap_or_default().trim().trim_matches('"');
    if is_path(before) {
        return Some(before.to_owned());
    }
    let labels: Vec<&str> =
        list.and_then(|list| list.strip_suffix(".github.com")).unwrap_or_default().rsplitn(2, '.').collect();
    if let [owner, name] = labels[..] {
        return Some(format!("{owner}/{name}"));
    }
    let inside = unmarked(subject).strip_prefix('[')?.split(']').next()?;
    is_path(inside).then(|| inside.to_owned())
}

fn is_path(text: &str) -> bool {
    let parts = || text.split('/');
    (2..=20).contains(&parts().count())
        && text.len() <= 200
        && parts().all(|part| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control()))
}

/// `[tide/harbour] Run failed: CI`, `harbour | Failed pipeline for main`, `harbour | Pipeline #12 has failed`.
fn names_a_run(subject: &str) -> bool {
    let subject = unmarked(subject);
    let behind = subject.split_once("] ").or_else(|| subject.split_once(" | ")).map_or("", |(_, behind)| behind);
    let folded = fold(behind);
    let words: Vec<&str> = folded.split(' ').take(3).collect();
    match words[..] {
        ["run" | "workflow", ..] | ["pr", "run", ..] => subject.starts_with('['),
        ["failed" | "fixed" | "successful", "pipeline", ..] | ["pipeline", _, "has"] => !subject.starts_with('['),
        _ => false,
    }
}

/// Whether an address is that of a program which tells of jobs or alerts: `jenkins@tide.example`, `builds-noreply@ci.example`,
/// `noreply@md.getsentry.com`.
fn is_of_monitor(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let parts = || local.split(['-', '_', '.', '+']).filter(|part| !part.is_empty());
    let known = |part: &str| MONITORS.contains(&part);
    let plain = |part: &str| known(part) || GENERAL.contains(&part) || part.bytes().all(|byte| byte.is_ascii_digit());
    parts().all(plain) && (parts().any(known) || domain.split('.').any(known))
}

fn has_word_of_jobs(subject: &str) -> bool {
    fold(subject).split(' ').any(|word| OF_JOBS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::{closing, is_of_monitor};
    use crate::domain::service_notice::{NoticeState, ServiceNotice};
    use crate::mail::parse;

    fn notice(header: &str, text: &str) -> Option<ServiceNotice> {
        parse(format!("{header}\n\n{text}\n").as_bytes()).envelope.service
    }

    fn state(from: &str, subject: &str) -> Option<NoticeState> {
        notice(&format!("From: {from}\nSubject: {subject}"), "x").and_then(|notice| notice.state)
    }

    #[test]
    fn notices_of_forges_name_their_repository_and_why_they_came() {
        let github = "From: Bo <notifications@github.com>\nList-Id: tide/harbour <harbour.tide.github.com>\nSubject: Re: [tide/harbour] x (#12)";
        let told = |more: &str, text: &str| notice(&format!("{github}\n{more}"), text).expect("a notice");
        let plain = told("X-GitHub-Reason: subscribed", "Me too.");
        assert_eq!(plain, ServiceNotice { repository: Some("tide/harbour".into()), personal: false, state: None });
        assert!(told("X-GitHub-Reason: review_requested", "x").personal);
        assert!(told("X-GitHub-Reason: Mention", "x").personal);
        assert_eq!(told("X-GitHub-Reason: subscribed", "Closed #12 as completed.").state, Some(NoticeState::Closed));
        let bare = "From: a@github.com\nList-Id: <harbour.tide.github.com>\nSubject: x";
        assert_eq!(notice(bare, "x").and_then(|it| it.repository).as_deref(), Some("tide/harbour"));
        let gitlab = "From: a@lab.example\nX-GitLab-Project-Path: tide/docks/harbour\nX-GitLab-NotificationReason: assigned\nSubject: x";
        let told = notice(gitlab, "Issue was closed by Ann").expect("a notice");
        assert_eq!((told.repository.as_deref(), told.personal), (Some("tide/docks/harbour"), true));
        assert_eq!(told.state, Some(NoticeState::Closed));
    }

    #[test]
    fn an_issue_about_a_job_is_no_job() {
        let of = |subject: &str, reason: &str| {
            let header = format!(
                "From: a@github.com\nX-GitHub-Reason: {reason}\nList-Id: tide/harbour <x.example>\nSubject: {subject}"
            );
            notice(&header, "x").and_then(|notice| notice.state)
        };
        assert_eq!(of("[tide/harbour] Login failed (#12)", "subscribed"), None);
        assert_eq!(of("[tide/harbour] Run failed: CI - main (1a2b3c4)", "ci_activity"), Some(NoticeState::Failing));
        assert_eq!(of("[tide/harbour] Run failed: CI - main (1a2b3c4)", "subscribed"), Some(NoticeState::Failing));
        assert_eq!(of("Re: [tide/harbour] Run failed: CI - main (1a2b3c4)", "subscribed"), None, "somebody answers");
    }

    #[test]
    fn jobs_and_alerts_are_told_by_programs_alone() {
        for from in
            ["jenkins@tide.example", "builds-noreply@ci.example", "noreply@md.getsentry.com", "alert@uptimerobot.com"]
        {
            assert_eq!(state(from, "Harbour failed"), Some(NoticeState::Failing), "{from}");
        }
        assert_eq!(state("no-reply@bank.example", "Your payment failed"), None);
        assert_eq!(
            state("no-reply@ci.example", "Build harbour failed #3"),
            Some(NoticeState::Failing),
            "a robot, and a word of jobs"
        );
        assert_eq!(state("ann@tide.example", "Build harbour failed #3"), None, "a person");
        assert!(
            !is_of_monitor("ann.jenkins@tide.example") && !is_of_monitor("ann@status.example") && !is_of_monitor("")
        );
    }

    #[test]
    fn the_first_line_says_that_an_issue_is_closed() {
        for (line, closed) in [
            ("Closed #12.", Some(NoticeState::Closed)),
            ("Closed #12 as not planned.", Some(NoticeState::Closed)),
            ("Merged #13 into main.", Some(NoticeState::Merged)),
            ("@ann closed tide/harbour#12", Some(NoticeState::Closed)),
            ("Merge request !13 was merged", Some(NoticeState::Merged)),
            ("Merge Request !13 was closed by Ann", Some(NoticeState::Closed)),
            ("Issue was closed by Ann via merge request !13", Some(NoticeState::Closed)),
            ("Reopened #12.", None),
            ("Issue was reopened by Ann", None),
            ("Closed shops are sad", None),
            ("I closed #12 by mistake", None),
            ("Closed", None),
        ] {
            assert_eq!(closing(line), closed, "{line}");
        }
    }
}
