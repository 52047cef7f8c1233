"""Pages in Chinese, made from the English ones: figures computed once, words from catalogs."""
