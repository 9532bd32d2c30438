//! Small projects in temporary folders.

use std::fs;

use tempfile::TempDir;

use crate::project::Project;

/// A project that lasts as long as this value.
pub struct Fixture {
    folder: TempDir,
}

impl Fixture {
    /// A project of these files, each with its path from the root and its text.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let fixture = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for (path, text) in files {
            fixture.write(path, text);
        }
        fixture
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Reads a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    /// The project.
    pub fn project(&self) -> Project {
        Project::at(self.folder.path())
    }
}
