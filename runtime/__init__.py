"""What runs exercises and code cells in the reader's own browser, with no server.

``build`` makes it when the book is built: Pyodide (Python for WebAssembly), SymPy as byte code,
the shipped ``nnlib`` and the exercises, and the scripts of ``page/``.
"""
