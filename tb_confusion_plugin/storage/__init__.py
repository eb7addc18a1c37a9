"""The stored format: the only files that know how a matrix lies in an event file. docs/format.md describes every byte."""
