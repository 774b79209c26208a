//! The namespaces that feeds use, and which prefix stands for which of them where (Namespaces in XML 1.0 §5, §6).

/// How many prefixes may be in scope at one place.
const BOUND: usize = 200;

/// The vocabularies whose elements are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Namespace {
    /// RSS of each version.
    Rss,
    /// Atom 1.0 (RFC 4287) and 0.3.
    Atom,
    /// `content:encoded` (RSS 1.0 modules).
    Content,
    DublinCore,
    MediaRss,
    Itunes,
    #[default]
    Other,
}

impl Namespace {
    /// The namespace with this name. Scheme, letter case and a slash at the end differ from feed to feed, so they do not count.
    fn named(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase();
        let name = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://")).unwrap_or(&name);
        match name.trim_end_matches(['/', '#']) {
            "www.w3.org/2005/atom" | "purl.org/atom/ns" => Self::Atom,
            "purl.org/rss/1.0"
            | "my.netscape.com/rdf/simple/0.9"
            | "channel.netscape.com/rdf/simple/0.9"
            | "backend.userland.com/rss"
            | "backend.userland.com/rss091"
            | "backend.userland.com/rss2"
            | "blogs.law.harvard.edu/tech/rss"
            | "cyber.law.harvard.edu/rss/rss.html" => Self::Rss,
            "purl.org/rss/1.0/modules/content" => Self::Content,
            "purl.org/dc/elements/1.0" | "purl.org/dc/elements/1.1" => Self::DublinCore,
            "search.yahoo.com/mrss" => Self::MediaRss,
            "www.itunes.com/dtds/podcast-1.0.dtd" => Self::Itunes,
            _ => Self::Other,
        }
    }

    /// The usual meaning of a prefix that the document does not declare.
    fn usual(prefix: &str) -> Self {
        match prefix {
            "atom" | "a10" => Self::Atom,
            "content" => Self::Content,
            "dc" => Self::DublinCore,
            "media" => Self::MediaRss,
            "itunes" => Self::Itunes,
            _ => Self::Other,
        }
    }
}

/// The prefixes in scope, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    bound: Vec<Binding>,
    /// The namespace of names without a prefix if the document declares none for them.
    pub(super) without_namespace: Namespace,
}

#[derive(Debug)]
struct Binding {
    depth: usize,
    /// Empty: names without a prefix.
    prefix: String,
    /// `None` if the declaration is empty, which takes an outer one back.
    namespace: Option<Namespace>,
}

impl Prefixes {
    /// Adds what an element at this depth declares. Returns `false` if that exceeds the limit.
    pub(super) fn enter(&mut self, depth: usize, attributes: &[(String, String)]) -> bool {
        for (name, value) in attributes {
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) if rest.starts_with(':') => rest.trim_start_matches(':'),
                _ => continue,
            };
            let namespace = (!value.trim().is_empty()).then(|| Namespace::named(value));
            self.bound.push(Binding { depth, prefix: prefix.to_owned(), namespace });
        }
        self.bound.len() <= BOUND
    }

    /// Removes what an element at this depth declared.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.bound.pop_if(|binding| binding.depth >= depth).is_some() {}
    }

    pub(super) fn namespace(&self, prefix: &str) -> Namespace {
        match self.bound.iter().rev().find(|binding| binding.prefix == prefix) {
            Some(Binding { namespace: Some(namespace), .. }) => *namespace,
            _ if prefix.is_empty() => self.without_namespace,
            _ => Namespace::usual(prefix),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Namespace, Prefixes};

    #[test]
    fn a_prefix_means_what_the_nearest_element_around_it_declares() {
        let declared = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        let mut prefixes = Prefixes { without_namespace: Namespace::Rss, ..Prefixes::default() };
        assert_eq!(prefixes.namespace(""), Namespace::Rss);
        assert_eq!(prefixes.namespace("dc"), Namespace::DublinCore, "as it is used without being declared");
        assert!(prefixes.enter(1, &declared("xmlns:dc", "HTTP://search.yahoo.com/mrss")));
        assert!(prefixes.enter(2, &declared("xmlns", "http://www.w3.org/2005/Atom")));
        assert_eq!((prefixes.namespace("dc"), prefixes.namespace("")), (Namespace::MediaRss, Namespace::Atom));
        assert!(prefixes.enter(3, &declared("xmlns:dc", "urn:other")) && prefixes.enter(3, &declared("xmlns", "")));
        assert_eq!((prefixes.namespace("dc"), prefixes.namespace("")), (Namespace::Other, Namespace::Rss));
        prefixes.leave(3);
        assert_eq!((prefixes.namespace("dc"), prefixes.namespace("")), (Namespace::MediaRss, Namespace::Atom));
        prefixes.leave(1);
        assert_eq!((prefixes.namespace("dc"), prefixes.namespace("")), (Namespace::DublinCore, Namespace::Rss));
        assert!((0..300).any(|depth| !prefixes.enter(depth, &declared("xmlns:a", "b"))));
    }
}
