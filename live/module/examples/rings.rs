live::module!(RINGS);
