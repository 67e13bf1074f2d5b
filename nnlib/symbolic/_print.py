def to_text(e): return str(e)
def to_latex(e):
    import sympy
    return sympy.latex(e)
