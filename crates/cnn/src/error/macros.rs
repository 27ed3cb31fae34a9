//! The list of errors as an enum, with a code for each and a way to its fields.

/// Makes the enum as it is written, and from the same list `code` and `fields`.
macro_rules! errors {
    (
        $(#[$($enum_attribute:tt)*])*
        pub enum $Error:ident {
            $(
                $(#[$($attribute:tt)*])*
                $Variant:ident $({
                    $($(#[$($field_attribute:tt)*])* $field:ident: $type:ty,)*
                })?,
            )*
        }
    ) => {
        $(#[$($enum_attribute)*])*
        pub enum $Error {
            $(
                $(#[$($attribute)*])*
                $Variant $({ $($(#[$($field_attribute)*])* $field: $type,)* })?,
            )*
        }

        impl $Error {
            /// The variant's name in snake case, as it is serialized; that of the inner error for a spec's line.
            #[allow(unreachable_patterns, reason = "`Spec` is in the list too")]
            pub fn code(&self) -> &'static str {
                match self {
                    Self::Spec { error, .. } => error.code(),
                    $(Self::$Variant $({ $($field: _),* })? => {
                        const NAME: &str = stringify!($Variant);
                        const CODE: [u8; crate::error::macros::snake_len(NAME)] = crate::error::macros::snake(NAME);
                        const TEXT: &str = match std::str::from_utf8(&CODE) {
                            Ok(text) => text,
                            Err(_) => panic!("a variant's name is ASCII"),
                        };
                        TEXT
                    })*
                }
            }

            /// Shows the name and the value of each field, in order; for a spec's line those of the inner error, then `line`.
            #[allow(unreachable_patterns, reason = "`Spec` is in the list too")]
            pub fn fields(&self, visit: &mut dyn FnMut(&'static str, Field<'_>)) {
                match self {
                    Self::Spec { line, error } => {
                        error.fields(visit);
                        visit("line", line.into());
                    }
                    $(Self::$Variant $({ $($field),* })? => {
                        $($(visit(stringify!($field), $field.into());)*)?
                    })*
                }
            }
        }
    };
}

pub(super) use errors;

/// Length of a variant's name in snake case.
pub(super) const fn snake_len(name: &str) -> usize {
    let (bytes, mut len, mut i) = (name.as_bytes(), name.len(), 1);
    while i < bytes.len() {
        if bytes[i].is_ascii_uppercase() {
            len += 1;
        }
        i += 1;
    }
    len
}

/// A variant's name in snake case.
pub(super) const fn snake<const LEN: usize>(name: &str) -> [u8; LEN] {
    let (bytes, mut code, mut i, mut at) = (name.as_bytes(), [b'_'; LEN], 0, 0);
    while i < bytes.len() {
        if i > 0 && bytes[i].is_ascii_uppercase() {
            at += 1;
        }
        code[at] = bytes[i].to_ascii_lowercase();
        at += 1;
        i += 1;
    }
    code
}
