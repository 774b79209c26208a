//! Enums of which each value has one word, which stands for it in the store, in JSON and in the documentation.

/// An enum with words. `text_enum!` makes one.
pub trait TextEnum: Copy + 'static {
    /// Every value, in the order of its declaration.
    const ALL: &'static [Self];

    fn name(self) -> &'static str;

    /// The value of this word; `None` where no value has it. Case counts.
    #[must_use]
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.name() == name)
    }
}

/// Declares an enum whose values are written with their words: `Held = "held"`.
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$about:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$about])* $value,)+
        }

        impl $crate::domain::text_enum::TextEnum for $name {
            const ALL: &'static [Self] = &[$(Self::$value),+];

            fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::domain::text_enum::TextEnum::name(*self))
            }
        }
    };
}

pub(crate) use text_enum;

#[cfg(test)]
mod tests {
    use super::TextEnum;

    text_enum! {
        pub enum Two { First = "one", Second = "the other", }
    }

    #[test]
    fn a_value_is_known_by_its_word_and_by_nothing_else() {
        for value in Two::ALL {
            assert_eq!(Two::from_name(value.name()), Some(*value));
        }
        assert_eq!(format!("{:<5}{}", Two::First, Two::Second), "one  the other");
        for other in ["", "One", "one ", "First"] {
            assert_eq!(Two::from_name(other), None, "{other}");
        }
    }
}
