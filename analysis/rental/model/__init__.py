"""The rental model declared once: lines, blocks with their variants, structure, outputs."""
