live::module!(RATE);
