//! Jupyter in the project's own `.venv`: set up from a pinned list, with the Rust kernel in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::book::folder;
use crate::command;
use crate::project::Project;
use crate::search_path::SearchPath;
use crate::site;
use crate::stamp::Stamp;
use crate::tool::{EVCXR_JUPYTER, Toolbox};
use crate::venv::Venv;

/// The oldest Python every pinned package supports.
const OLDEST_PYTHON: (u32, u32) = (3, 10);

/// Beside the executed notebooks: how long each took.
const SECONDS: &str = "seconds.json";

/// A set-up Jupyter.
#[derive(Debug)]
pub struct Jupyter<'a> {
    project: &'a Project,
    venv: Venv<'a>,
}

impl<'a> Jupyter<'a> {
    /// Sets up whatever is not set up yet: the virtual environment, the packages, the kernel.
    pub fn set_up(project: &'a Project, search: &SearchPath) -> Result<Self> {
        let venv = Venv {
            folder: project.path(".venv"),
            requirements: project.path("xtask/jupyter/requirements.txt"),
            oldest_python: OLDEST_PYTHON,
            purpose: "Jupyter",
        };
        EVCXR_JUPYTER.check_rust(search)?;
        venv.set_up(search)?;
        let jupyter = Self { project, venv };
        jupyter.install_kernel()?;
        Ok(jupyter)
    }

    /// Opens JupyterLab on `chapters/`, or on this notebook in it.
    pub fn open_lab(&self, notebook: Option<&Path>) -> Result<()> {
        let chapters = self.project.path("chapters");
        let mut lab = self.python_command();
        // Root, as whom one is in a container, is asked for this; nobody else notices.
        lab.args(["-m", "jupyterlab", "--allow-root"])
            .current_dir(&chapters);
        lab.args(notebook);
        if !site::someone_is_watching() {
            lab.arg("--no-browser");
        }
        command::run("to open JupyterLab", &mut lab)
    }

    /// Executes `notebooks` for real, in `chapters/`, and writes the executed copies into `folder`, with
    /// [how long each took](seconds); without `afresh` only where something that a copy follows from has changed.
    pub fn execute(&self, notebooks: &[PathBuf], folder: &Path, afresh: bool) -> Result<()> {
        let _ = fs::remove_file(folder.join(SECONDS));
        command::run(
            "to execute the notebooks",
            self.python_command()
                .arg(self.project.path("xtask/jupyter/execute.py"))
                .arg("--into")
                .arg(folder)
                .args(afresh.then_some("--afresh"))
                .args(notebooks)
                .current_dir(&self.project.root),
        )
    }

    /// Puts the kernel `rust` into the virtual environment.
    fn install_kernel(&self) -> Result<()> {
        let evcxr = Toolbox::of_this_process()?.get(&EVCXR_JUPYTER)?;
        // The kernel renews whatever is installed under this path when it starts; without it, that would be
        // the user's own kernel of another version.
        // And it compiles as for a debugger, with a check at every index and every sum. The digits are those of the
        // examples, which are compiled without, and so is the speed here.
        let environment = serde_json::json!({
            "JUPYTER_PATH": self.data(),
            "CARGO_PROFILE_DEV_OPT_LEVEL": "3",
            "CARGO_PROFILE_DEV_DEBUG_ASSERTIONS": "false",
            "CARGO_PROFILE_DEV_OVERFLOW_CHECKS": "false",
        });
        let kernel = Stamp::new(
            self.venv.folder.join("kernel-set-up"),
            format!("{}\n{environment}\n", evcxr.display()),
        );
        if kernel.is_current() {
            return Ok(());
        }
        command::run(
            "to install the Rust kernel into .venv",
            Command::new(&evcxr)
                .arg("--install")
                .env("JUPYTER_PATH", self.data()),
        )?;
        let file = self.data().join("kernels/rust/kernel.json");
        let describe = || -> Result<()> {
            let mut description: serde_json::Value = serde_json::from_slice(&fs::read(&file)?)?;
            description["env"] = environment;
            let completed = serde_json::to_string_pretty(&description)?;
            Ok(fs::write(&file, completed)?)
        };
        describe().with_context(|| format!("failed to complete {}", file.display()))?;
        kernel.set()
    }

    fn python_command(&self) -> Command {
        let mut python = Command::new(self.venv.python());
        python.env("JUPYTER_PATH", self.data());
        python
    }

    fn data(&self) -> PathBuf {
        self.venv.folder.join("share/jupyter")
    }
}

/// How many seconds each notebook in `folder` took when it was [executed](Jupyter::execute), the slowest first; nothing
/// if that did not come to its end.
pub fn seconds(folder: &Path) -> Vec<(String, f64)> {
    let read = fs::read(folder.join(SECONDS)).ok();
    let seconds = read.and_then(|json| serde_json::from_slice::<BTreeMap<_, _>>(&json).ok());
    let mut seconds: Vec<(String, f64)> = seconds.unwrap_or_default().into_iter().collect();
    seconds.sort_by(|one, other| other.1.total_cmp(&one.1));
    seconds
}

/// Every notebook of the book, by name.
pub fn notebooks(project: &Project) -> Result<Vec<PathBuf>> {
    let chapters = project.path("chapters");
    let notebooks = folder::files(&chapters, ".ipynb")?.into_iter();
    let notebooks: Vec<PathBuf> = notebooks.map(|file| chapters.join(file)).collect();
    ensure!(
        !notebooks.is_empty(),
        "chapters/ has no notebooks: write them with `cargo xtask mirror`"
    );
    Ok(notebooks)
}

/// The notebook whose file name starts with `name`: `chapter5` finds `chapter5_optimizer.ipynb`, and so does the
/// name of its page, `chapter5-optimizer`.
pub fn notebook(project: &Project, name: &str) -> Result<PathBuf> {
    let notebooks = notebooks(project)?;
    let names: Vec<_> = notebooks
        .iter()
        .filter_map(|path| path.file_stem()?.to_str())
        .collect();
    let wanted = name.trim_end_matches(".ipynb").replace('-', "_");
    match names
        .iter()
        .find(|stem| **stem == wanted)
        .or_else(|| names.iter().find(|stem| stem.starts_with(&wanted)))
    {
        Some(stem) => Ok(project.path(format!("chapters/{stem}.ipynb"))),
        None => bail!(
            "there is no notebook `{name}` in chapters/; there are {}",
            names.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notebook_is_found_by_its_name_and_by_its_page() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::at(folder.path());
        fs::create_dir(project.path("chapters")).unwrap();
        for name in ["chapter1_gradients", "chapter5_optimizer"] {
            fs::write(project.path(format!("chapters/{name}.ipynb")), "").unwrap();
        }
        for name in ["chapter5", "chapter5-optimizer", "chapter5_optimizer.ipynb"] {
            let found = notebook(&project, name).unwrap();
            assert_eq!(found, project.path("chapters/chapter5_optimizer.ipynb"));
        }
        assert_eq!(
            notebook(&project, "chapter6").unwrap_err().to_string(),
            "there is no notebook `chapter6` in chapters/; there are chapter1_gradients, chapter5_optimizer"
        );
    }

    #[test]
    fn the_slowest_notebook_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(seconds(folder.path()), []);
        let taken = r#"{"the library": 20.5, "chapter1": 7.0, "chapter2": 31.0}"#;
        fs::write(folder.path().join(SECONDS), taken).unwrap();
        let names: Vec<_> = seconds(folder.path()).into_iter().collect();
        let wanted = [("chapter2", 31.0), ("the library", 20.5), ("chapter1", 7.0)];
        assert_eq!(names, wanted.map(|(name, taken)| (name.to_owned(), taken)));
    }

    #[test]
    fn every_package_has_its_version_and_hashes_and_no_host_is_named() {
        let project = Project::find().unwrap();
        for list in ["xtask/jupyter", "benches/peers"] {
            let list = fs::read_to_string(project.path(list).join("requirements.txt")).unwrap();
            assert!(!list.contains("://"));
            let lines = list.lines().filter(|line| !line.starts_with('#'));
            let joined = lines.collect::<Vec<_>>().join("\n").replace("\\\n", "");
            for package in joined.lines() {
                let (pinned, hashes) = package.split_once("--hash=sha256:").expect(package);
                let (name, version) = pinned.split_once("==").expect(package);
                let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
                assert!(name.chars().all(plain), "{package}");
                let version = version.split(';').next().unwrap_or_default().trim();
                assert!(
                    version.chars().all(|c| c.is_ascii_digit() || c == '.'),
                    "{package}"
                );
                for hash in hashes.split("--hash=sha256:") {
                    assert_eq!(hash.trim().len(), 64, "{package}");
                }
            }
        }
    }
}
