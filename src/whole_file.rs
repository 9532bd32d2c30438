//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held while a file is on its way.
static WRITING: Mutex<()> = Mutex::new(());

/// Makes `path` a file of these bytes: it has its old contents until it has all of the new ones.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let mut temporary = name.to_owned();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(temporary);
    let _writing = between_files();
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&temporary, path));
    if renamed.is_err() {
        // Best effort: what matters is the error that is returned.
        let _ = fs::remove_file(&temporary);
    }
    renamed
}

/// Waits until no file is half written. None will be begun while the guard lives, so a program that ends now leaves
/// whole files alone.
pub(crate) fn between_files() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_waits_for_its_files_ends_between_two_of_them() {
        let folder = std::env::temp_dir().join(format!("hnn-whole-file-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("figure.svg");
        let half = || -> Vec<String> {
            let names = fs::read_dir(&folder).unwrap();
            let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.filter(|name| name != "figure.svg").collect()
        };
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| (0..200).try_for_each(|_| write(&path, &[b'x'; 9000])));
            while !writer.is_finished() {
                let _ended = between_files();
                assert_eq!(half(), [""; 0]);
            }
            writer.join().unwrap().unwrap();
        });
        fs::remove_dir_all(&folder).unwrap();
    }
}
