"""The inside of one line: text to values. Which line is which field is decided by the reader."""
