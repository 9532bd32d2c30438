live::module!(DOUBLE);
