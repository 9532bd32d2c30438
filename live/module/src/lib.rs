//! The stage as a WebAssembly module: the page writes a question into the module's memory and reads the answer there.
//!
//! ```text
//! room(length)    where to write a question of so many bytes
//! answer()        the length of the answer to it, which stands where `room(0)` is then
//! ```

// The names of the exports are all that is unsafe here: nothing else in the module may be called so.
#![allow(unsafe_code)]

use std::cell::RefCell;

use hnn_live::Stage;

thread_local! {
    static STAGE: RefCell<Stage> = RefCell::default();
    static TEXT: RefCell<Vec<u8>> = RefCell::default();
}

/// Where a question of so many bytes is to be written; without any, where the last answer is to be read.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    TEXT.with_borrow_mut(|text| {
        if length > 0 {
            text.clear();
            text.resize(length, 0);
        }
        text.as_mut_ptr()
    })
}

/// Answers the question, and returns the length of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    TEXT.with_borrow_mut(|text| {
        let question = String::from_utf8_lossy(text).into_owned();
        *text = STAGE
            .with_borrow_mut(|stage| stage.answer(&question))
            .into_bytes();
        text.len()
    })
}
