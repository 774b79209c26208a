//! The letters that `tidebox demo` opens on, and when each is taken in. Their text lives in `letters/`; this file only lists them.
//! `{{-26h15m}}` in a `Date` header stands for that long before the demo's now.

/// The state of a letter when the demo begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleArrival {
    /// Old and read; a search finds it.
    History,
    /// Left undecided by an earlier batch.
    Carried,
    /// Deferred by the person to this window.
    Deferred,
    /// Held for this window.
    Held,
    /// Arrives after the batch was begun.
    Late,
}

/// One letter as it is on disk.
#[derive(Debug, Clone, Copy)]
pub struct SampleLetter {
    pub name: &'static str,
    pub arrival: SampleArrival,
    pub raw: &'static str,
}

macro_rules! letter {
    ($arrival:ident, $name:literal) => {
        SampleLetter { name: $name, arrival: SampleArrival::$arrival, raw: include_str!(concat!("letters/", $name)) }
    };
}

pub const LETTERS: &[SampleLetter] = &[
    letter!(History, "50-skerrin-proposal.history.eml"),
    letter!(History, "51-skerrin-yes.history.eml"),
    letter!(History, "52-pulley-draft.history.eml"),
    letter!(History, "53-pulley-first-reading.history.eml"),
    letter!(History, "54-ladder-whose.history.eml"),
    letter!(History, "55-table-who.history.eml"),
    letter!(History, "56-mum-bread.history.eml"),
    letter!(History, "57-tobin-boat-name.history.eml"),
    letter!(History, "58-pumice-errors.history.eml"),
    letter!(History, "59-slow-post-40.history.eml"),
    letter!(History, "60-parcel-delivered.history.eml"),
    letter!(History, "61-mizuno-paper.history.eml"),
    letter!(Carried, "22-eleni-bees.carried.eml"),
    letter!(Carried, "28-emeric-forty-pages.carried.eml"),
    letter!(Carried, "46-yrsa-budget.carried.eml"),
    letter!(Deferred, "25-lucie-coast-path.deferred.eml"),
    letter!(Deferred, "47-jory-reference.deferred.eml"),
    letter!(Held, "01-skerrin-boats.eml"),
    letter!(Held, "02-skerrin-packing.eml"),
    letter!(Held, "03-skerrin-route.eml"),
    letter!(Held, "04-skerrin-see-you.eml"),
    letter!(Held, "05-pulley-second-table.eml"),
    letter!(Held, "06-pulley-program.eml"),
    letter!(Held, "07-pulley-thirteen.eml"),
    letter!(Held, "08-pulley-drawing.eml"),
    letter!(Held, "09-ladder-gutter.eml"),
    letter!(Held, "10-ladder-bird.eml"),
    letter!(Held, "11-ladder-chain.eml"),
    letter!(Held, "12-table-four.eml"),
    letter!(Held, "13-table-oskar.eml"),
    letter!(Held, "14-table-badger.eml"),
    letter!(Held, "15-table-plan.eml"),
    letter!(Held, "16-mum-key.eml"),
    letter!(Held, "17-mizuno-type-samples.eml"),
    letter!(Held, "18-todai-bookshop.eml"),
    letter!(Held, "19-lin-bookshop.eml"),
    letter!(Held, "20-yeoul-seeds.eml"),
    letter!(Held, "21-vera-clock.eml"),
    letter!(Held, "23-salma-lemon-tree.eml"),
    letter!(Held, "24-hanne-whisk.eml"),
    letter!(Held, "26-may-arrived.eml"),
    letter!(Held, "27-corwin-signing-key.eml"),
    letter!(Held, "29-pumice-lend.eml"),
    letter!(Held, "30-pumice-lend-answer.eml"),
    letter!(Held, "31-pumice-lend-docs.eml"),
    letter!(Held, "32-pumice-announce.eml"),
    letter!(Held, "33-choir-room.eml"),
    letter!(Held, "34-choir-scarf.eml"),
    letter!(Held, "35-slow-post.eml"),
    letter!(Held, "36-kiln-and-kettle.eml"),
    letter!(Held, "37-night-sky.eml"),
    letter!(Held, "38-ci-red.eml"),
    letter!(Held, "39-ci-green.eml"),
    letter!(Held, "40-heron-disk.eml"),
    letter!(Held, "41-parcel-depot.eml"),
    letter!(Held, "42-bank-statement.eml"),
    letter!(Held, "43-library-loans.eml"),
    letter!(Held, "44-reading-circle.eml"),
    letter!(Held, "45-prize.eml"),
    letter!(Late, "48-skerrin-plasters.late.eml"),
    letter!(Late, "49-choir-loft-key.late.eml"),
];
