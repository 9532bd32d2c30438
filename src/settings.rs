//! The settings of an experiment, each declared once: what it is, its type and its default.

/// Declares a struct of settings with its `Default` and, where the command line is compiled in, a flag for each.
///
/// ```
/// hnn::settings! {
///     /// What this experiment varies.
///     pub struct Settings {
///         /// Learning rates at which every optimizer runs
///         rates: [f64] = [0.01, 0.1],
///         /// Steps of each run
///         steps: usize = 2000,
///         /// Factor of the penalty
///         l2: fixed f64 = 1e-6,
///     }
/// }
/// assert_eq!(Settings::default().rates, [0.01, 0.1]);
/// ```
///
/// A list, `[T]`, is a `Vec<T>`; its flag takes the values with commas between them. `fixed T`
/// has no flag: the experiment alone decides it. `in T` is a group of settings with flags of its own.
#[macro_export]
macro_rules! settings {
    ($(#[$attribute:meta])* $seen:vis struct $name:ident { $($fields:tt)* }) => {
        $crate::settings!(@field [$(#[$attribute])* $seen struct $name] [] [] $($fields)*);
    };
    (@field $head:tt [$($done:tt)*] [$($defaults:tt)*]
        $(#[$doc:meta])* $field:ident: [$kind:ty] = $default:expr $(, $($rest:tt)*)?) => {
        $crate::settings!(@field $head
            [$($done)* $(#[$doc])*
             #[cfg_attr(feature = "cli", arg(long, value_delimiter = ',', default_value = $crate::settings::list(&$default)))]
             pub $field: Vec<$kind>,]
            [$($defaults)* $field: $default.to_vec(),] $($($rest)*)?);
    };
    (@field $head:tt [$($done:tt)*] [$($defaults:tt)*]
        $(#[$doc:meta])* $field:ident: fixed $kind:ty = $default:expr $(, $($rest:tt)*)?) => {
        $crate::settings!(@field $head
            [$($done)* $(#[$doc])* #[cfg_attr(feature = "cli", arg(skip = $default))] pub $field: $kind,]
            [$($defaults)* $field: $default,] $($($rest)*)?);
    };
    (@field $head:tt [$($done:tt)*] [$($defaults:tt)*]
        $(#[$doc:meta])* $field:ident: in $kind:ty $(, $($rest:tt)*)?) => {
        $crate::settings!(@field $head
            [$($done)* $(#[$doc])* #[cfg_attr(feature = "cli", command(flatten))] pub $field: $kind,]
            [$($defaults)* $field: ::std::default::Default::default(),] $($($rest)*)?);
    };
    (@field $head:tt [$($done:tt)*] [$($defaults:tt)*]
        $(#[$doc:meta])* $field:ident: $kind:ty = $default:expr $(, $($rest:tt)*)?) => {
        $crate::settings!(@field $head
            [$($done)* $(#[$doc])* #[cfg_attr(feature = "cli", arg(long, default_value_t = $default))] pub $field: $kind,]
            [$($defaults)* $field: $default,] $($($rest)*)?);
    };
    (@field [$(#[$attribute:meta])* $seen:vis struct $name:ident] [$($fields:tt)*] [$($defaults:tt)*]) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "cli", derive(::clap::Args))]
        $seen struct $name { $($fields)* }

        impl ::std::default::Default for $name {
            fn default() -> Self {
                Self { $($defaults)* }
            }
        }
    };
}

/// A list's values as they are typed, with commas between them: the default of its flag, made once for each and kept.
pub fn list<T: ToString>(values: &[T]) -> &'static str {
    let values: Vec<String> = values.iter().map(T::to_string).collect();
    values.join(",").leak()
}
