live::module!(DEGREE);
