"""Pure functions over arrays: no classes of the package, no input or output."""
