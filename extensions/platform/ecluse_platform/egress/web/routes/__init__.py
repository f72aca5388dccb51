"""The addresses of the pages, one module per kind of visitor and purpose."""
