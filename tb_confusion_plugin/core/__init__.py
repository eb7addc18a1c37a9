"""The matrix and what follows from it: pure functions that know neither TensorBoard nor a file."""
