live::module!(ARROWS);
