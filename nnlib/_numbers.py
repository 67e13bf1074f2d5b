"""How a number is written for a reader: on figures, in tables."""


def number(value: float, digits: int = 3) -> str:
    """`value` with `digits` significant digits, a true minus sign and no needless zeros.

    Whole parts are never rounded away: digits before the point all count.

    >>> number(-0.03125), number(1234.5), number(2.5e-9)
    ('−0.0312', '1234', '2.5×10⁻⁹')
    """
    value = float(value)
    if 10 ** (digits - 1) <= abs(value) < 1e7:
        return f"{value:.0f}".replace("-", "−")
    mantissa, _, exponent = f"{value:.{digits}g}".replace("-", "−").partition("e")
    if not exponent:
        return mantissa
    power = str(int(exponent.replace("−", "-")))
    return f"{mantissa}×10{power.translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
