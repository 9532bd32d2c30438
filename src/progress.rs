//! How far a long run has come, on stderr where someone is watching.
//!
//! Library code reports with [`Progress::start`] and [`Progress::advance`]. Nothing is drawn unless the command line
//! of an example asked for it: not in tests, not in notebooks, not where stderr is a file.

#[cfg(feature = "cli")]
static BARS: std::sync::OnceLock<indicatif::MultiProgress> = std::sync::OnceLock::new();

/// One long run's progress. The bar disappears when this is dropped.
#[derive(Debug)]
pub struct Progress {
    #[cfg(feature = "cli")]
    bar: Option<indicatif::ProgressBar>,
}

impl Progress {
    /// Starts a run of at most `total` steps under this label.
    #[cfg_attr(not(feature = "cli"), allow(unused_variables))]
    pub fn start(label: impl Into<String>, total: usize) -> Self {
        #[cfg(feature = "cli")]
        {
            let style = "{msg} {wide_bar} {pos}/{len}, {eta} left at the most";
            let style = indicatif::ProgressStyle::with_template(style).expect("a valid template");
            let bar = BARS.get().map(|bars| {
                let bar = indicatif::ProgressBar::new(total as u64)
                    .with_style(style)
                    .with_message(label.into());
                bars.add(bar)
            });
            Self { bar }
        }
        #[cfg(not(feature = "cli"))]
        Self {}
    }

    /// So many steps taken in all.
    #[cfg_attr(not(feature = "cli"), allow(unused_variables))]
    pub fn reach(&self, steps: usize) {
        #[cfg(feature = "cli")]
        if let Some(bar) = &self.bar {
            bar.set_position(steps as u64);
        }
    }

    /// One step further.
    pub fn advance(&self) {
        #[cfg(feature = "cli")]
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }
}

#[cfg(feature = "cli")]
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Draws the progress of every later run on stderr, if stderr is a terminal.
#[cfg(feature = "cli")]
pub(crate) fn draw_on_terminals() {
    use std::io::IsTerminal;
    if std::io::stderr().is_terminal() {
        // A second call finds the bars already there, which is as good.
        let _ = BARS.set(indicatif::MultiProgress::new());
    }
}
