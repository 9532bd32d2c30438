live::module!(GRADIENT);
