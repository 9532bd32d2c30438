//! Models on disk, every digit of them.
//!
//! A saved model is a JSON object that any language reads:
//!
//! ```json
//! {"activation": "silu", "checksum": "8bb3…", "format": "hnn model 1", "parameters": [0.1, 0.2, 0.3], "widths": [2, 1],
//!  "origin": [0.0, 0.0], "unit": [4.0, 2.0], "time": 1.0, "columns": ["q", "p"]}
//! ```
//!
//! The parameters stand in the order of [`Network::parameters`]; `origin`, `unit` and `time` are the model's [`Units`], and
//! `columns` the names of what it takes, [`Hnn::names`]. Each number has the fewest decimal digits that read back as the same one (Steele and White 1990, "How to print floating-point
//! numbers accurately"). The checksum is FNV-1a over the bits of the parameters, the origins, the units and the unit of time,
//! so a digit that changed on the way is found.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{Hnn, Model};
use crate::model::{Activation, Network, parameters_of};
use crate::phase_space::Units;
use crate::{Error, Result};

/// What every file says it is.
const FORMAT: &str = "hnn model 1";

/// What was read, or why it cannot be used, as the end of a sentence.
type Parsed<T> = std::result::Result<T, String>;

impl Hnn {
    /// The text of the file that [`Hnn::save`] writes.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] if a parameter is no finite number.
    pub fn to_json(&self) -> Result<String> {
        let (network, units) = (self.network(), self.units());
        let parameters = network.parameters();
        if let Some(index) = parameters.iter().position(|x| !x.is_finite()) {
            let why = format!("at index {index} is not a finite number, so it cannot be saved");
            return Err(Error::setting("parameter", parameters[index], why));
        }
        let (origin, unit) = (units.origin().to_vec(), units.unit().to_vec());
        let file = json!({
            "format": FORMAT,
            "activation": network.activation().name(),
            "widths": network.widths(),
            "checksum": checksum(&[parameters, &origin, &unit, &[units.time()]]),
            "parameters": parameters,
            "origin": origin,
            "unit": unit,
            "time": units.time(),
            "columns": self.names(),
        });
        Ok(format!("{file}\n"))
    }

    /// Writes the model to this file, over what it held. [`Hnn::load`] refuses a file that did not get all of it.
    ///
    /// # Errors
    ///
    /// As [`Hnn::to_json`], and [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        fs::write(path, self.to_json()?).map_err(Error::write(path))
    }

    /// Reads a model that [`Hnn::save`] wrote.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if the file cannot be read, and [`Error::NoModel`] if what it holds is cut short, changed or no
    /// model.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = fs::read(path).map_err(Error::read(path))?;
        parse(&text).map_err(|why| Error::NoModel {
            path: path.to_owned(),
            why,
        })
    }
}

/// The model in a file's text, or why there is none, as the end of a sentence.
fn parse(text: &[u8]) -> Parsed<Hnn> {
    let file: Value = serde_json::from_slice(text).map_err(|error| {
        if error.is_eof() {
            "it is cut short".to_owned()
        } else {
            format!("it is not JSON: {error}")
        }
    })?;
    let text = |name: &str| {
        let value = entry(&file, name)?.as_str();
        value.ok_or_else(|| format!("its `{name}` is no text"))
    };
    let format = text("format")?;
    if format != FORMAT {
        return Err(format!("its format is `{format}`, not `{FORMAT}`"));
    }
    let activation: Activation = sentence(text("activation")?.parse())?;
    let whole = |value: &Value| usize::try_from(value.as_u64()?).ok();
    let widths: Vec<usize> = list(&file, "widths", "whole numbers", whole)?;
    let numbers = |name: &str| list(&file, name, "numbers", Value::as_f64);
    let parameters = numbers("parameters")?;
    // A wild width is found before room is made for it.
    let needed = parameters_of(&widths);
    let needed = needed.ok_or_else(|| format!("widths {widths:?} are too large"))?;
    if needed != parameters.len() {
        return Err(format!(
            "widths {widths:?} need {needed} parameters, and it has {}",
            parameters.len()
        ));
    }
    let (origin, unit) = (numbers("origin")?, numbers("unit")?);
    let time = entry(&file, "time")?
        .as_f64()
        .ok_or("its `time` is no number")?;
    let found = checksum(&[&parameters, &origin, &unit, &[time]]);
    let expected = text("checksum")?;
    if expected != found {
        return Err(format!(
            "its numbers have changed: their checksum is {found}, not `{expected}`"
        ));
    }
    let mut network = sentence(Network::zeros(&widths, activation))?;
    network.parameters_mut().copy_from_slice(&parameters);
    let name = |value: &Value| value.as_str().map(str::to_owned);
    let names = list(&file, "columns", "names", name)?;
    let units = Units::new(origin, unit, time);
    sentence(units.and_then(|units| Hnn::new(network, units)?.named(&names)))
}

/// The list of this name, whose entries are all of one kind.
fn list<T>(
    file: &Value,
    name: &str,
    kind: &str,
    of: impl Fn(&Value) -> Option<T>,
) -> Parsed<Vec<T>> {
    let entry = entry(file, name)?;
    let list = entry
        .as_array()
        .ok_or_else(|| format!("its `{name}` is no list"))?;
    let list: Option<Vec<T>> = list.iter().map(of).collect();
    list.ok_or_else(|| format!("its `{name}` are not all {kind}"))
}

fn entry<'a>(file: &'a Value, name: &str) -> Parsed<&'a Value> {
    file.get(name).ok_or_else(|| format!("it has no `{name}`"))
}

fn sentence<T>(result: Result<T>) -> Parsed<T> {
    result.map_err(|error| error.to_string())
}

/// FNV-1a (Fowler, Noll and Vo) over the bits of the numbers, lowest byte first, as 16 hexadecimal digits.
fn checksum(numbers: &[&[f64]]) -> String {
    let bytes = numbers.iter().copied().flatten();
    let bytes = bytes.flat_map(|x| x.to_bits().to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    //! The sentences with which other files are refused are in `tests/errors.rs`.

    use super::*;
    use crate::model::{Biases, Initializer};
    use crate::random::Gaussian;

    fn network(activation: Activation) -> Network {
        let random = &mut Gaussian::from_seed(3);
        let (widths, biases) = ([4, 8, 5, 1], Biases::Uniform);
        Network::random(&widths, activation, Initializer::He, biases, random).unwrap()
    }

    fn model(network: Network) -> Hnn {
        let unit = vec![0.25, 8.0, 128.0, 4.0];
        let units = Units::new(vec![0.0, 1e-300, 1e23, 0.1], unit, 0.0625);
        let model = Hnn::new(network, units.unwrap()).unwrap();
        let names = ["angle", "", "p 1", "p\"2"];
        model.named(&names.map(str::to_owned)).unwrap()
    }

    #[test]
    fn every_bit_of_every_parameter_survives() {
        for activation in Activation::ALL {
            let mut saved = network(activation);
            let hard = [0.1 + 0.2, -0.0, 5e-324, f64::MIN_POSITIVE, f64::MAX, 1e23];
            saved.parameters_mut()[..6].copy_from_slice(&hard);
            let saved = model(saved);
            let loaded = parse(saved.to_json().unwrap().as_bytes()).unwrap();
            assert_eq!(loaded, saved);
            let bits = |model: &Hnn| {
                let parameters = model.network().parameters().iter();
                let parameters = parameters.chain(model.units().origin());
                let parameters: Vec<f64> = parameters.copied().collect();
                parameters.iter().map(|x| x.to_bits()).collect::<Vec<u64>>()
            };
            assert_eq!(bits(&loaded), bits(&saved));
        }
    }

    #[test]
    fn a_file_cut_short_anywhere_is_refused() {
        let whole = model(network(Activation::Tanh)).to_json().unwrap();
        for length in 0..whole.trim_end().len() {
            let refused = parse(&whole.as_bytes()[..length]).unwrap_err();
            assert_eq!(refused, "it is cut short", "{length}");
        }
    }

    #[test]
    fn a_model_that_cannot_be_saved_leaves_the_old_file_alone() {
        let path = std::env::temp_dir().join(format!("hnn-saved-{}.json", std::process::id()));
        let mut network = network(Activation::Tanh);
        let old = model(network.clone());
        old.save(&path).unwrap();
        network.parameters_mut()[4] = f64::NAN;
        assert_eq!(
            model(network).save(&path).unwrap_err().to_string(),
            "parameter = NaN at index 4 is not a finite number, so it cannot be saved"
        );
        assert_eq!(Hnn::load(&path).unwrap(), old);
        fs::remove_file(&path).unwrap();
        let sentence = old.save(std::env::temp_dir()).unwrap_err().to_string();
        let start = format!("cannot write {}: ", std::env::temp_dir().display());
        assert!(sentence.starts_with(&start), "{sentence}");
    }
}
