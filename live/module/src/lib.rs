//! A stage as a WebAssembly module: the page writes a question into the module's memory and reads the answer there.
//!
//! ```text
//! room(length)    where to write a question of so many bytes
//! answer()        the length of the answer to it, which stands where `room(0)` is then
//! ```
//!
//! Each of `examples/` is the module of one figure: what only others need is left out of it by the linker.

use std::cell::RefCell;
use std::thread::LocalKey;

pub use hnn_live::{Stage, figures};

/// The module of this figure.
// The names of the exports are all that is unsafe here: nothing else in the module may be called so.
#[macro_export]
macro_rules! module {
    ($figure:ident) => {
        thread_local! {
            static STAGE: ::std::cell::RefCell<$crate::Stage> =
                const { ::std::cell::RefCell::new($crate::Stage::of(&$crate::figures::$figure)) };
        }

        #[unsafe(no_mangle)]
        extern "C" fn room(length: usize) -> *mut u8 {
            $crate::room(length)
        }

        #[unsafe(no_mangle)]
        extern "C" fn answer() -> usize {
            $crate::answer(&STAGE)
        }
    };
}

thread_local! {
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Where a question of so many bytes is to be written; without any, where the last answer is to be read.
pub fn room(length: usize) -> *mut u8 {
    TEXT.with_borrow_mut(|text| {
        if length > 0 {
            text.clear();
            text.resize(length, 0);
        }
        text.as_mut_ptr()
    })
}

/// Answers the question, and returns the length of the answer.
pub fn answer(stage: &'static LocalKey<RefCell<Stage>>) -> usize {
    TEXT.with_borrow_mut(|text| {
        let answer = stage.with_borrow_mut(|stage| stage.answer(text));
        *text = answer.into_bytes();
        text.len()
    })
}
