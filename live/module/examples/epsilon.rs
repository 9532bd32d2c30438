live::module!(EPSILON);
