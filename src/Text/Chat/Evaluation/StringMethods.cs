using System.Globalization;
using System.Text;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Methods of Python's strings. What has several parts is in <see cref="StringParts"/>.</summary>
internal static class StringMethods
{
    private const int Widest = 10_000;

    public static bool IsKnown(string name) => StringParts.IsKnown(name) || MakesText(name) || Tests(name) || name is "strip" or "lstrip" or "rstrip" or "startswith" or "endswith" or "count" or "find"
        or "rfind" or "index" or "rindex";

    private static bool MakesText(string name) => name is "upper" or "lower" or "casefold" or "swapcase" or "replace" or "title"
        or "capitalize" or "removeprefix" or "removesuffix" or "join" or "zfill" or "ljust" or "rjust" or "center" or "format";

    private static bool Tests(string name) => name is "isdigit" or "isdecimal" or "isnumeric" or "isalpha" or "isalnum" or "isspace" or "isupper" or "islower"
        or "istitle" or "isascii" or "isidentifier";

    public static object? Call(string name, object? target, CallContext call)
    {
        string text = call.Text(target);
        var budget = call.Frame.Budget;
        budget.Spend(text.Length);
        if (MakesText(name))
        {
            budget.Text(text.Length);
            budget.Take((long)text.Length * sizeof(char));
        }

        if (StringParts.IsKnown(name))
        {
            return StringParts.Call(name, text, call);
        }

        if (Tests(name))
        {
            call.Bind();
            return Holds(name, text);
        }

        switch (name)
        {
            case "upper":
                call.Bind();
                return text.ToUpperInvariant();
            case "lower" or "casefold":
                call.Bind();
                return text.ToLowerInvariant();
            case "swapcase":
                call.Bind();
                return string.Concat(text.Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)));
            case "capitalize" or "title":
                call.Bind();
                return Capitals(text, before => name == "title" && !char.IsLetter(before));
            case "count" or "find" or "rfind" or "index" or "rindex":
                return StringSearch.Call(name, text, call);
            case "removeprefix":
                string prefix = call.Text(call.Bind("prefix")[0]);
                return text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
            case "removesuffix":
                string suffix = call.Text(call.Bind("suffix")[0]);
                return text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;
            case "startswith" or "endswith":
                return StringSearch.Touches(name, text, call);
            case "join":
                return Joined(text, call.Bind("items")[0], call);
            case "zfill" or "ljust" or "rjust" or "center":
                return Padded(name, text, call);
            case "format":
                return BraceFormat.Of(text, call);
            case "replace":
                object?[] pair = call.Bind("old", "new", "count");
                return Replace(text, call.Text(pair[0]), call.Text(pair[1]), pair[2], call);
            default:
                return Strip(text, call, left: name != "rstrip", right: name != "lstrip");
        }
    }

    /// <inheritdoc cref="Values.Strip"/>
    public static string Strip(string text, CallContext call, bool left, bool right)
    {
        string? characters = call.OptionalText(call.Bind("chars")[0]);
        call.Frame.Budget.Text(text.Length);
        call.Frame.Budget.Search(text.Length, characters?.Length ?? 0);
        return Values.Strip(text, characters, left, right);
    }

    /// <param name="most">Replacements, none or fewer than 0 for all.</param>
    public static string Replace(string text, string old, string replacement, object? most, CallContext call)
    {
        long limit = most is null ? -1 : Values.ToNumber(most) ?? throw call.Error($"needs a number of replacements, not {Values.Describe(most)}");
        long found = old.Length == 0 ? Values.CharactersOf(text) + 1 : StringSearch.Count(text, old, call);
        long count = limit < 0 ? found : Math.Min(limit, found);
        call.Frame.Budget.Text(text.Length + (count * (replacement.Length - old.Length)));
        var result = new StringBuilder();
        int at = 0;
        for (long i = 0L; i < count; i++)
        {
            if (old.Length == 0)
            {
                // Before each character, and behind the last.
                result.Append(replacement);
                int step = at < text.Length ? Rune.GetRuneAt(text, at).Utf16SequenceLength : 0;
                result.Append(text, at, step);
                at += step;
                continue;
            }

            int next = text.IndexOf(old, at, StringComparison.Ordinal);
            result.Append(text, at, next - at).Append(replacement);
            at = next + old.Length;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>The first letter, and those behind a character that begins a word, in upper case, all others in lower case.</summary>
    public static string Capitals(string text, Func<char, bool> begins)
    {
        char[] result = text.ToLowerInvariant().ToCharArray();
        for (int i = 0; i < result.Length; i++)
        {
            if (i == 0 || begins(result[i - 1]))
            {
                result[i] = char.ToUpperInvariant(result[i]);
            }
        }

        return new string(result);
    }

    /// <summary>isupper() and islower(): there is a letter with case, and none of the other case.</summary>
    public static bool HasCase(string text, bool upper) =>
        text.Any(c => upper ? char.IsUpper(c) : char.IsLower(c)) && !text.Any(c => upper ? char.IsLower(c) : char.IsUpper(c));

    private static bool Holds(string name, string text) => name switch
    {
        "isupper" => HasCase(text, upper: true),
        "islower" => HasCase(text, upper: false),
        "istitle" => text.Any(char.IsLetter) && Capitals(text, before => !char.IsLetter(before)) == text,
        "isascii" => text.All(char.IsAscii),
        "isidentifier" => text.Length > 0 && !char.IsDigit(text[0]) && text.All(c => char.IsLetterOrDigit(c) || c == '_'),
        _ => text.Length > 0 && text.EnumerateRunes().All(rune => Is(name, rune)),
    };

    private static bool Is(string name, Rune rune) => name switch
    {
        "isspace" => rune.IsBmp && Values.IsSpace((char)rune.Value),
        "isalpha" => Rune.IsLetter(rune),
        "isdecimal" => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber,
        "isdigit" => IsDigit(rune),
        "isnumeric" => Rune.IsNumber(rune),
        _ => Rune.IsLetter(rune) || Rune.IsNumber(rune),
    };

    /// <summary>Superscripts and circled digits are digits to Python.</summary>
    private static bool IsDigit(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber || CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) >= 0;

    private static string Joined(string separator, object? items, CallContext call)
    {
        var list = Values.Items(items, call.Frame.Budget) ?? throw call.Error($"needs a list, not {Values.Describe(items)}");
        var text = new StringBuilder();
        for (int i = 0; i < list.Count; i++)
        {
            string item = call.Text(list[i]);
            RenderBudget.CheckLength((long)text.Length + separator.Length + item.Length);
            call.Frame.Budget.Text((i == 0 ? 0L : separator.Length) + item.Length);
            text.Append(i == 0 ? "" : separator).Append(item);
        }

        return text.ToString();
    }

    private static string Padded(string name, string text, CallContext call)
    {
        object?[] arguments = call.Bind("width", "fillchar");
        if (Values.ToNumber(arguments[0]) is not { } width || width > Widest)
        {
            throw call.Error($"needs a width of at most {Widest}");
        }

        string fill = name == "zfill" ? "0" : call.OptionalText(arguments[1]) ?? " ";
        if (fill.Length != 1)
        {
            throw call.Error("needs one character to fill with");
        }

        int missing = (int)Math.Max(0, width - Values.CharactersOf(text));
        return name switch
        {
            "ljust" => text + new string(fill[0], missing),
            "rjust" => new string(fill[0], missing) + text,
            "zfill" => text.Length > 0 && text[0] is '-' or '+' ? text[0] + new string('0', missing) + text[1..] : new string('0', missing) + text,
            _ => Centred(text, fill[0], missing, (int)width),
        };
    }

    /// <summary>As Python: of an odd number the larger half goes left where the width is odd.</summary>
    private static string Centred(string text, char fill, int missing, int width)
    {
        int left = (missing / 2) + (missing & width & 1);
        return new string(fill, left) + text + new string(fill, missing - left);
    }
}
