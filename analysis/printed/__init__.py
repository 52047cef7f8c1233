"""A printed figure: the interval it stands for, its precision, its words; printed figures by what they are of."""
