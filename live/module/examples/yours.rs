live::module!(YOURS);
