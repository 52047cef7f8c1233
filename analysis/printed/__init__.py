"""A printed figure: the interval it stands for, its precision, its words.

`book` finds printed figures of the claims table by what they are of.
"""
