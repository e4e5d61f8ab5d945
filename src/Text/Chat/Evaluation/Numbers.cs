using System.Globalization;
using System.Text;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A number of Python's: an int that fits 64 bits, or a float.</summary>
internal readonly record struct Number(bool IsWhole, long Whole, double Real) : IComparable<Number>
{
    /// <summary>As text has it: a float has a point or an exponent.</summary>
    public object Value => IsWhole ? Whole : Real;

    public int CompareTo(Number other) =>
        IsWhole && other.IsWhole ? Whole.CompareTo(other.Whole) : Real.CompareTo(other.Real);
}

/// <summary>Python's arithmetic, and how it writes floats.</summary>
internal static class Numbers
{
    /// <summary>Digits before the point from which on repr() writes an exponent.</summary>
    private const int LongestWhole = 16;

    /// <summary>Zeros behind the point from which on it does.</summary>
    private const int LeastExponent = -4;

    /// <returns>Null for what is no number; booleans are 0 and 1.</returns>
    public static Number? Of(object? value) => value switch
    {
        long whole => new Number(true, whole, whole),
        bool flag => new Number(true, flag ? 1 : 0, flag ? 1 : 0),
        double real => new Number(false, 0, real),
        _ => null,
    };

    /// <exception cref="ArithmeticException">A division by zero, or a result beyond 64 bits.</exception>
    public static object Compute(string operation, Number a, Number b)
    {
        if (operation == "/")
        {
            return b.Real == 0 ? throw new DivideByZeroException() : a.Real / b.Real;
        }

        if (!a.IsWhole || !b.IsWhole || (operation == "**" && b.Whole < 0))
        {
            return Compute(operation, a.Real, b.Real);
        }

        return operation switch
        {
            "+" => checked(a.Whole + b.Whole),
            "-" => checked(a.Whole - b.Whole),
            "*" => checked(a.Whole * b.Whole),
            "//" => Floor(a.Whole, b.Whole),
            "**" => Power(a.Whole, b.Whole),
            _ => checked(a.Whole - (Floor(a.Whole, b.Whole) * b.Whole)),
        };
    }

    /// <summary>Python's repr(): the shortest text that reads back as the same number.</summary>
    public static string Text(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        string round = number.ToString("R", CultureInfo.InvariantCulture);
        (string digits, int exponent) = Parts(round);
        string sign = round.StartsWith('-') ? "-" : "";
        if (exponent is < LeastExponent or >= LongestWhole)
        {
            string mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent):00}");
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        string padded = digits.PadRight(exponent + 2, '0');
        return $"{sign}{padded[..(exponent + 1)]}.{padded[(exponent + 1)..]}";
    }

    /// <summary>Python's division rounds down, and the remainder has the divisor's sign.</summary>
    private static long Floor(long a, long b)
    {
        long quotient = checked(a / b);
        return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
    }

    private static double Compute(string operation, double a, double b) => operation switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "**" => a == 0 && b < 0 ? throw new DivideByZeroException() : Math.Pow(a, b),
        "//" => b == 0 ? throw new DivideByZeroException() : Math.Floor(a / b),
        _ => b == 0 ? throw new DivideByZeroException() : a - (b * Math.Floor(a / b)),
    };

    private static long Power(long a, long b)
    {
        long result = 1;
        if (a is 0 or 1 or -1)
        {
            return b == 0 || a == 1 ? 1 : a == 0 ? 0 : b % 2 == 0 ? 1 : -1;
        }

        // More than 63 turns overflow.
        for (long i = 0; i < b; i++)
        {
            result = checked(result * a);
        }

        return result;
    }

    /// <summary>Significant digits without zeros at the end, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Parts(string text)
    {
        int e = text.IndexOf('E', StringComparison.Ordinal);
        int exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), CultureInfo.InvariantCulture);
        string mantissa = (e < 0 ? text : text[..e]).TrimStart('-');
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = new StringBuilder(mantissa).Replace(".", "");
        exponent += (point < 0 ? mantissa.Length : point) - 1;
        int zeros = 0;
        while (zeros < digits.Length - 1 && digits[zeros] == '0')
        {
            zeros++;
        }

        string significant = digits.ToString(zeros, digits.Length - zeros).TrimEnd('0');
        return significant.Length == 0 ? ("0", 0) : (significant, exponent - zeros);
    }
}
