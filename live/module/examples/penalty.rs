live::module!(PENALTY);
