//! What comes of reopening a message: of one that was finished with, of one that still waits, and of its copies.

use super::ids::Id;

/// What came of reopening one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reopening {
    /// It was finished with, and leads the next batch of its lane.
    Leads(CopiesBack),
    /// It was carried over, so it came with the next batch of its lane anyway. Now it leads it.
    CarriedOver,
    /// It was deferred, and is awake: it leads the next batch of its lane.
    Awake,
    /// It is in the open batch; what was decided about it there is taken back.
    Batched,
    /// An exception let it through, and nothing was decided about it yet.
    LetThrough,
}

/// What becomes of the copies of a reopened message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopiesBack {
    /// They are where they belong, or in a source in which nothing is changed.
    Unchanged,
    /// They go back to the folder that they came through.
    OnTheWay,
    /// No mailbox has a copy any more, as far as is known. The store's own original stays.
    Gone,
}

/// What came of reopening several messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reopened {
    /// Each message that was named, once, in the order in which they were named.
    pub each: Vec<(Id, Reopening)>,
    /// How many of their threads are muted still: what comes to those is filed as before.
    pub muted_threads: u32,
}

impl Reopened {
    /// How many of the messages lead a batch now, or are open again in the present one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.each.iter().filter(|(_, what)| *what != Reopening::LetThrough).count()
    }

    /// The messages of which this came.
    pub fn of(&self, which: impl Fn(Reopening) -> bool) -> impl Iterator<Item = Id> {
        self.each.iter().filter(move |(_, what)| which(*what)).map(|(id, _)| *id)
    }

    /// The messages whose copies are gone.
    pub fn gone(&self) -> impl Iterator<Item = Id> {
        self.of(|what| what == Reopening::Leads(CopiesBack::Gone))
    }

    /// In sentences for a person, the most important one first.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let count = |which: fn(Reopening) -> bool| self.of(which).count();
        let batched = count(|what| what == Reopening::Batched);
        let through = count(|what| what == Reopening::LetThrough);
        let leading = self.each.len() - batched - through;
        let gone = self.gone().count();
        let mut sentences = Vec::new();
        let lead = match leading {
            1 => "Reopened: it leads its lane's next batch".to_owned(),
            many => format!("Reopened: {many} lead their lanes' next batch"),
        };
        match count(|what| what == Reopening::Leads(CopiesBack::OnTheWay)) {
            _ if leading == 0 => {}
            0 => sentences.push(format!("{lead}.")),
            1 if leading == 1 => sentences.push(format!("{lead}, and goes back to its folder.")),
            going => sentences.push(format!("{lead}, and {going} go back to their folders.")),
        }
        match batched {
            0 => {}
            1 => sentences.push("1 message is in the open batch: its decision is taken back.".to_owned()),
            many => sentences.push(format!("{many} messages are in the open batch: their decisions are taken back.")),
        }
        match through {
            0 => {}
            1 => sentences.push("1 message came through an exception and is not decided yet.".to_owned()),
            many => sentences.push(format!("{many} messages came through an exception and are not decided yet.")),
        }
        match gone {
            0 => {}
            1 => sentences.push("1 message is in no mailbox any more; it is read from the copy of tidebox.".to_owned()),
            many => sentences
                .push(format!("{many} messages are in no mailbox any more; they are read from the copies of tidebox.")),
        }
        match self.muted_threads {
            0 => {}
            1 if self.each.len() == 1 => sentences.push("Its thread stays muted.".to_owned()),
            1 => sentences.push("1 thread stays muted.".to_owned()),
            many => sentences.push(format!("{many} threads stay muted.")),
        }
        sentences
    }
}

#[cfg(test)]
mod tests {
    use super::{CopiesBack, Reopened, Reopening};
    use crate::domain::ids::Id;

    fn of(each: &[Reopening]) -> Reopened {
        let each = (1..).map(Id).zip(each.iter().copied()).collect();
        Reopened { each, muted_threads: 0 }
    }

    #[test]
    fn each_sentence_is_about_what_happened() {
        let leads = Reopening::Leads(CopiesBack::OnTheWay);
        assert_eq!(
            of(&[leads]).sentences(),
            ["Reopened: it leads its lane's next batch, and goes back to its folder."]
        );
        assert_eq!(
            of(&[leads, leads, Reopening::Awake]).sentences(),
            ["Reopened: 3 lead their lanes' next batch, and 2 go back to their folders."]
        );
        assert_eq!(
            of(&[Reopening::Batched, Reopening::LetThrough]).sentences(),
            [
                "1 message is in the open batch: its decision is taken back.",
                "1 message came through an exception and is not decided yet."
            ]
        );
        let gone = Reopened { muted_threads: 1, ..of(&[Reopening::Leads(CopiesBack::Gone)]) };
        assert_eq!(gone.gone().collect::<Vec<_>>(), [Id(1)]);
        assert_eq!(
            gone.sentences(),
            [
                "Reopened: it leads its lane's next batch.",
                "1 message is in no mailbox any more; it is read from the copy of tidebox.",
                "Its thread stays muted."
            ]
        );
    }
}
