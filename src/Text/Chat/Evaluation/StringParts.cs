using System.Buffers;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Methods of Python's strings that take one apart.</summary>
internal static class StringParts
{
    private static readonly SearchValues<char> Ends = SearchValues.Create("\n\r\v\f\u001C\u001D\u001E\u0085\u2028\u2029");

    public static bool IsKnown(string name) => name is "split" or "rsplit" or "splitlines" or "partition" or "rpartition";

    public static List<object?> Call(string name, string text, CallContext call)
    {
        if (name == "splitlines")
        {
            return [.. Lines(text, Values.IsTrue(call.Bind("keepends")[0]), call)];
        }

        if (name is "partition" or "rpartition")
        {
            return Partition(text, call.Text(call.Bind("sep")[0]), last: name == "rpartition", call);
        }

        object?[] arguments = call.Bind("sep", "maxsplit");
        string? separator = call.OptionalText(arguments[0]);
        if (separator is { Length: 0 })
        {
            throw call.Error("needs a separator that is not empty");
        }

        long most = arguments[1] is null ? -1 : Values.ToNumber(arguments[1]) ?? throw call.Error($"needs a number of splits, not {Values.Describe(arguments[1])}");
        int limit = most < 0 ? int.MaxValue : (int)Math.Min(most, int.MaxValue);
        call.Frame.Budget.Parts(separator is null ? Gaps(text) : StringSearch.Count(text, separator, call), text.Length);
        bool right = name == "rsplit";
        return separator is null ? AtSpace(text, limit, right) : At(text, separator, limit, right);
    }

    /// <summary>Line ends are those of Python's splitlines; one at the text's end begins no line.</summary>
    public static List<string> Lines(string text, bool keepEnds, CallContext call)
    {
        call.Frame.Budget.Parts(text.AsSpan().CountAny(Ends), text.Length);
        List<string> lines = [];
        for (int at = 0; at < text.Length;)
        {
            int length = text.AsSpan(at).IndexOfAny(Ends);
            int end = length < 0 ? text.Length : at + length;
            int next = end == text.Length ? end : end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1);
            lines.Add(text[at..(keepEnds ? next : end)]);
            at = next;
        }

        return lines;
    }

    private static List<object?> Partition(string text, string separator, bool last, CallContext call)
    {
        if (separator.Length == 0)
        {
            throw call.Error("needs a separator that is not empty");
        }

        call.Frame.Budget.Search(text.Length, separator.Length);
        call.Frame.Budget.Parts(3, text.Length);
        int at = last ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0
            ? new PythonTuple(last ? ["", "", text] : [text, "", ""])
            : new PythonTuple([text[..at], separator, text[(at + separator.Length)..]]);
    }

    private static List<object?> At(string text, string separator, int limit, bool right)
    {
        List<object?> parts = [];
        if (!right)
        {
            return [.. text.Split(separator, limit == int.MaxValue ? limit : limit + 1)];
        }

        int end = text.Length;
        while (parts.Count < limit && end >= separator.Length && text.LastIndexOf(separator, end - 1, end, StringComparison.Ordinal) is >= 0 and var at)
        {
            parts.Add(text[(at + separator.Length)..end]);
            end = at;
        }

        parts.Add(text[..end]);
        parts.Reverse();
        return parts;
    }

    /// <summary>At runs of white space, none of which stands at an end; what the limit leaves whole keeps that of its other end.</summary>
    private static List<object?> AtSpace(string text, int limit, bool right)
    {
        List<object?> parts = [];
        int step = right ? -1 : 1;
        for (int at = right ? text.Length - 1 : 0; (at = Skip(text, at, step, space: true)) >= 0 && at < text.Length;)
        {
            if (parts.Count == limit)
            {
                parts.Add(right ? text[..(at + 1)] : text[at..]);
                break;
            }

            int end = Skip(text, at, step, space: false);
            parts.Add(right ? text[(end + 1)..(at + 1)] : text[at..end]);
            at = end;
        }

        if (right)
        {
            parts.Reverse();
        }

        return parts;
    }

    /// <summary>The first place from <paramref name="at"/> on that is no white space, or is some; one beyond the text where there is none.</summary>
    private static int Skip(string text, int at, int step, bool space)
    {
        while (at >= 0 && at < text.Length && Values.IsSpace(text[at]) == space)
        {
            at += step;
        }

        return at;
    }

    private static long Gaps(string text)
    {
        long gaps = 0L;
        for (int i = 0; i < text.Length; i++)
        {
            gaps += Values.IsSpace(text[i]) ? 1 : 0;
        }

        return gaps;
    }
}
