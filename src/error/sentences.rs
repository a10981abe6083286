//! An enum of errors with the sentence of each beside it.

/// Makes the enum, and shows each variant as the sentence in its `#[error(...)]`: a format that names the variant's fields.
/// A field without a name gets one in front of its type, for its sentence.
macro_rules! sentences {
    (
        $(#[$of_all:meta])*
        pub enum $name:ident {
            $(
                $(#[doc = $doc:literal])*
                #[error($($sentence:tt)*)]
                $variant:ident
                $({ $($(#[doc = $of_field:literal])* $field:ident: $type:ty),* $(,)? })?
                $(($text:ident: $text_type:ty))?,
            )*
        }
    ) => {
        $(#[$of_all])*
        pub enum $name {
            $(
                $(#[doc = $doc])*
                $variant
                $({ $($(#[doc = $of_field])* $field: $type,)* })?
                $(($text_type))?,
            )*
        }

        impl std::fmt::Display for $name {
            #[allow(unused_variables, reason = "a sentence need not name every field")]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$variant { $($($field,)*)? $(0: $text,)? .. } => write!(f, $($sentence)*),)*
                }
            }
        }
    };
}

pub(super) use sentences;
