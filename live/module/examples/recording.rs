live::module!(RECORDING);
