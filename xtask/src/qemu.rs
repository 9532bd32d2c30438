//! The pinned bits on processors that this computer does not have, emulated by QEMU.

use std::process::Command;

use anyhow::{Context, Result};

use crate::command::run;
use crate::missing::Missing;
use crate::project::Project;
use crate::search_path::SearchPath;

/// The emulated processors: AVX2 with fused multiply-add, as since 2013, and neither AVX nor fused multiply-add.
const PROCESSORS: [&str; 2] = ["Haswell", "Nehalem"];

/// Runs `tests/bits.rs` on each of the processors: half a minute on the first, some minutes on
/// the second, which fuses in software.
pub fn check(project: &Project, search: &SearchPath) -> Result<()> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        let way_out = "run this on one, or in a container on one";
        return Err(Missing::new("Linux on x86-64", way_out).into());
    }
    let qemu = search.find(&["qemu-x86_64"]).ok_or_else(|| {
        Missing::new(
            "QEMU's user emulation",
            "install it (`apt-get install qemu-user` on Debian), and run this again",
        )
    })?;
    for processor in PROCESSORS {
        let runner = format!("{} -cpu {processor}", qemu.display());
        run(
            &format!("to find the pinned bits on an emulated {processor}"),
            Command::new("cargo")
                .current_dir(&project.root)
                .args(["test", "--package", "hnn", "--test", "bits"])
                .args(["--", "every_run_ends_in_its_pinned_bits"])
                .env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", runner),
        )
        .context("a result depends on the processor: the hashes above say which")?;
    }
    Ok(())
}
