live::module!(FAMILY);
