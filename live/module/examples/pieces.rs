live::module!(PIECES);
