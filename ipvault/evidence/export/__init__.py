"""The journal in the forms that other programs take: one module a form, with the same interface."""
