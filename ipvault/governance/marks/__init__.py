"""Marks that say in a copy whose copy it is: in what is seen, in what is not, and in the file's own properties."""
