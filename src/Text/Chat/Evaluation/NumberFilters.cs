using System.Globalization;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Filters whose result is a number.</summary>
internal static class NumberFilters
{
    private const int MostPlaces = 15;

    public static bool IsKnown(string name) => name is "int" or "float" or "abs" or "round";

    public static object? Apply(string name, object? target, CallContext call)
    {
        if (target is Undefined undefined)
        {
            throw call.Error($"needs a number: {undefined.Name} is undefined");
        }

        return name switch
        {
            "int" => Whole(target, call),
            "float" => Real(target, call),
            "abs" => Absolute(target, call),
            _ => Rounded(target, call),
        };
    }

    private static object? Whole(object? target, CallContext call)
    {
        object?[] arguments = call.Bind(["default", "base"], out bool[]? given);
        object? otherwise = given[0] ? arguments[0] : 0L;
        int radix = (int)(arguments[1] is null ? 10 : Values.ToNumber(arguments[1]) ?? 0);
        if (radix is not (2 or 8 or 10 or 16))
        {
            throw call.Error("knows the bases 2, 8, 10 and 16");
        }

        return target switch
        {
            long number => number,
            bool flag => flag ? 1L : 0L,
            double number => Truncated(number) is { } whole ? whole : otherwise,
            string text when (Parsed(Values.Strip(text, null, left: true, right: true), radix) ?? (ToReal(text) is { } real ? Truncated(real) : null)) is { } whole => whole,
            _ => otherwise,
        };
    }

    private static object? Real(object? target, CallContext call)
    {
        object?[] arguments = call.Bind(["default"], out bool[]? given);
        double? real = Numbers.Of(target) is { } number ? number.Real : target is string text ? ToReal(text) : null;
        return real is { } found ? found : given[0] ? arguments[0] : 0.0;
    }

    private static object Absolute(object? target, CallContext call)
    {
        call.Bind();
        return Numbers.Of(target) switch
        {
            { IsWhole: true, Whole: > long.MinValue and var whole } => (object)Math.Abs(whole),
            { IsWhole: false, Real: var real } => Math.Abs(real),
            _ => throw call.Error($"needs a number, not {Values.Describe(target)}"),
        };
    }

    private static object Rounded(object? target, CallContext call)
    {
        object?[] arguments = call.Bind("precision", "method");
        long precision = arguments[0] is null ? 0 : Values.ToNumber(arguments[0]) is >= -MostPlaces and <= MostPlaces and var places ? places : throw call.Error($"needs a precision from -{MostPlaces} to {MostPlaces}");
        if (Numbers.Of(target) is not { } number)
        {
            throw call.Error($"needs a number, not {Values.Describe(target)}");
        }

        double factor = Math.Pow(10, precision);
        return (arguments[1] as string ?? "common") switch
        {
            "common" when number.IsWhole && precision >= 0 => (object)number.Whole,
            "common" when number.IsWhole => (long)(Math.Round(number.Real * factor, MidpointRounding.ToEven) / factor),
            // Of the decimal digits that the number stands for, as Python does, and not of what they become as a product.
            "common" when precision >= 0 && Math.Abs(number.Real) < 1e12 => (double)Math.Round((decimal)number.Real, (int)precision, MidpointRounding.ToEven),
            "common" => Math.Round(number.Real * factor, MidpointRounding.ToEven) / factor,
            "ceil" => Math.Ceiling(number.Real * factor) / factor,
            "floor" => Math.Floor(number.Real * factor) / factor,
            var other => throw call.Error($"knows the methods common, ceil and floor, not {other}"),
        };
    }

    private static long? Truncated(double number) => double.IsFinite(number) && Math.Abs(number) < long.MaxValue ? (long)number : null;

    private static double? ToReal(string text) => double.TryParse(
        Values.Strip(text, null, left: true, right: true).Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number)
        ? number
        : null;

    private static long? Parsed(string text, int radix)
    {
        bool negative = text.StartsWith('-');
        string digits = text.TrimStart('+', '-').Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
        string mark = radix switch { 2 => "0B", 8 => "0O", 16 => "0X", _ => "" };
        digits = mark.Length > 0 && digits.StartsWith(mark, StringComparison.Ordinal) ? digits[2..] : digits;
        if (digits.Length == 0 || text.Length - digits.Length > 4)
        {
            return null;
        }

        Int128 value = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiDigit(c) ? c - '0' : c is >= 'A' and <= 'F' ? c - 'A' + 10 : radix;
            value = (value * radix) + digit;
            if (digit >= radix || value > long.MaxValue)
            {
                return null;
            }
        }

        return (long)(negative ? -value : value);
    }
}
