namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Methods of Python's strings.</summary>
internal static class StringMethods
{
    public static bool IsKnown(string name) => name is "strip" or "lstrip" or "rstrip" or "startswith" or "endswith" or "split"
        or "upper" or "lower" or "replace" or "title" or "capitalize" or "count" or "find" or "removeprefix" or "removesuffix"
        or "splitlines";

    private static bool MakesText(string name) => name is not ("startswith" or "endswith" or "count" or "find" or "split" or "splitlines" or "strip" or "lstrip" or "rstrip");

    public static object? Call(string name, object? target, CallContext call)
    {
        string text = call.Text(target);
        var budget = call.Frame.Budget;
        if (MakesText(name))
        {
            budget.Text(text.Length);
            budget.Take((long)text.Length * sizeof(char));
        }
        else
        {
            budget.Spend(text.Length);
        }

        switch (name)
        {
            case "upper":
                call.Bind();
                return text.ToUpperInvariant();
            case "lower":
                call.Bind();
                return text.ToLowerInvariant();
            case "capitalize" or "title":
                call.Bind();
                return Capitals(text, before => name == "title" && !char.IsLetter(before));
            case "count":
                return Count(text, call.Text(call.Bind("sub")[0]), call);
            case "find":
                string sub = call.Text(call.Bind("sub")[0]);
                budget.Search(text.Length, sub.Length);
                int at = text.IndexOf(sub, StringComparison.Ordinal);
                return at < 0 ? -1L : Values.CharactersOf(text[..at]);
            case "removeprefix":
                string prefix = call.Text(call.Bind("prefix")[0]);
                return text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
            case "removesuffix":
                string suffix = call.Text(call.Bind("suffix")[0]);
                return text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;
            case "splitlines":
                call.Bind();
                return Lines(text, call);
            case "startswith":
                return text.StartsWith(call.Text(call.Bind("prefix")[0]), StringComparison.Ordinal);
            case "endswith":
                return text.EndsWith(call.Text(call.Bind("suffix")[0]), StringComparison.Ordinal);
            case "split":
                return Split(text, call);
            case "replace":
                object?[] pair = call.Bind("old", "new");
                return Replace(text, call.Text(pair[0]), call.Text(pair[1]), call);
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

    private static string Replace(string text, string old, string replacement, CallContext call)
    {
        if (old.Length == 0)
        {
            throw call.Error("cannot replace an empty text");
        }

        long count = Count(text, old, call);
        call.Frame.Budget.Text(text.Length + (count * (replacement.Length - old.Length)));
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }

    private static long Count(string text, string part, CallContext call)
    {
        if (part.Length == 0)
        {
            throw call.Error("cannot count an empty text");
        }

        call.Frame.Budget.Search(text.Length, part.Length);
        long count = 0L;
        for (int at = 0; (at = text.IndexOf(part, at, StringComparison.Ordinal)) >= 0; at += part.Length)
        {
            count++;
        }

        return count;
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

    /// <summary>Without their ends; a line end at the text's end begins no line.</summary>
    private static List<object?> Lines(string text, CallContext call)
    {
        call.Frame.Budget.Parts(text.AsSpan().CountAny("\n\r\f\u0085\u2028\u2029"), text.Length);
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        return [.. lines[^1].Length == 0 ? lines[..^1] : lines];
    }

    private static List<object?> Split(string text, CallContext call)
    {
        object?[] arguments = call.Bind("sep", "maxsplit");
        string? separator = call.OptionalText(arguments[0]);
        if (separator is { Length: 0 })
        {
            throw call.Error("needs a separator that is not empty");
        }

        if (arguments[1] is not (null or long))
        {
            throw call.Error($"needs a number of splits, not {Values.Describe(arguments[1])}");
        }

        if (separator is null && arguments[1] is not (null or < 0L))
        {
            throw call.Error("takes a number of splits only with a separator");
        }

        call.Frame.Budget.Parts(separator is null ? Gaps(text) : Count(text, separator, call), text.Length);
        return separator is null
            ? [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]
            : [.. text.Split(separator, arguments[1] is long most and >= 0 ? (int)Math.Min(most, int.MaxValue - 1) + 1 : int.MaxValue)];
    }

    private static long Gaps(string text)
    {
        long gaps = 0L;
        for (int i = 0; i < text.Length; i++)
        {
            gaps += char.IsWhiteSpace(text[i]) ? 1 : 0;
        }

        return gaps;
    }
}
