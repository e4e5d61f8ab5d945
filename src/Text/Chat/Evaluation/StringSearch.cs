namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Methods of Python's strings that look for a text: find() and its kin, startswith() and endswith().</summary>
internal static class StringSearch
{
    public static object? Call(string name, string text, CallContext call)
    {
        object?[] arguments = call.Bind("sub", "start", "end");
        string sub = call.Text(arguments[0]);
        var (part, skipped) = Part(text, arguments[1], arguments[2], call);
        if (name == "count")
        {
            return sub.Length == 0 ? Values.CharactersOf(part) + 1 : Count(part, sub, call);
        }

        call.Frame.Budget.Search(part.Length, sub.Length);
        int at = name[0] == 'r' ? part.LastIndexOf(sub, StringComparison.Ordinal) : part.IndexOf(sub, StringComparison.Ordinal);
        return at >= 0 ? skipped + Values.CharactersOf(part[..at])
            : name.EndsWith("find", StringComparison.Ordinal) ? -1L : throw call.Error("is of something that is not in the text");
    }

    /// <param name="text">Where to look.</param>
    /// <param name="part">Not empty.</param>
    /// <param name="call">Whose budget.</param>
    public static long Count(string text, string part, CallContext call)
    {
        call.Frame.Budget.Search(text.Length, part.Length);
        long count = 0L;
        for (int at = 0; (at = text.IndexOf(part, at, StringComparison.Ordinal)) >= 0; at += part.Length)
        {
            count++;
        }

        return count;
    }

    /// <summary>One text, or several in a tuple.</summary>
    public static bool Touches(string name, string text, CallContext call)
    {
        bool start = name == "startswith";
        object?[] arguments = call.Bind(start ? "prefix" : "suffix", "start", "end");
        string part = Part(text, arguments[1], arguments[2], call).Text;
        IReadOnlyList<object?> wanted = arguments[0] is PythonTuple several ? several : [arguments[0]];
        foreach (object? item in wanted)
        {
            string end = call.Text(item);
            call.Frame.Budget.Spend(end.Length);
            if (start ? part.StartsWith(end, StringComparison.Ordinal) : part.EndsWith(end, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>text[start:end], and how many characters stand before it.</returns>
    private static (string Text, long Skipped) Part(string text, object? start, object? end, CallContext call)
    {
        if (start is null && end is null)
        {
            return (text, 0);
        }

        long count = Values.CharactersOf(text);
        long from = Bound(start, 0, count, call);
        long to = Math.Max(from, Bound(end, count, count, call));
        call.Frame.Budget.Text(text.Length);
        var runes = text.EnumerateRunes().Skip((int)from).Take((int)(to - from));
        return (string.Concat(runes.Select(rune => rune.ToString())), from);
    }

    private static long Bound(object? bound, long missing, long count, CallContext call)
    {
        long number = bound is null ? missing : Values.ToNumber(bound) ?? throw call.Error($"needs numbers as bounds, not {Values.Describe(bound)}");
        return Math.Clamp(number < 0 ? number + count : number, 0, count);
    }
}
