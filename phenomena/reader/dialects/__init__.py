"""Lists in other formats: a dialect declares how a list writes its entries, and the same reading comes of it."""
