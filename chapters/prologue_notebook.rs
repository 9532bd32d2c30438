use hnn::evidence::Evidence;
use hnn::notebook::{Notebook, Settings};

fn main() -> std::process::ExitCode {
    hnn::cli::run("notebook", "The notebook's main run", experiment)
}
pub fn experiment(settings: Settings, evidence: &mut Evidence) -> hnn::Result<()> {
    let mut notebook = Notebook::new(settings)?;
    let history = notebook.train()?;
    evidence.show("losses", history.lines())?;
    evidence.show("test-table", notebook.test_table())?;
    Ok(())
}
