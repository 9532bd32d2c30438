live::module!(COLLAPSE);
