using System.Text;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Filters whose result is a text. As in Jinja most take any value by its text: none is None, and what is undefined is nothing.</summary>
internal static class TextFilters
{
    private const int Widest = 10_000;

    public static bool IsKnown(string name) => name is "trim" or "upper" or "lower" or "capitalize" or "title" or "replace" or "string" or "indent" or "join"
        or "center" or "format" or "escape" or "e" or "forceescape" or "truncate" or "urlencode" or "wordcount" or "pprint";

    public static object? Apply(string name, object? target, CallContext call)
    {
        var budget = call.Frame.Budget;
        switch (name)
        {
            case "join":
                return Join(target, call);
            case "indent":
                return Indented(call.Text(target), call);
            case "pprint":
                call.Bind("verbose");
                return PythonText.Of(new PythonTuple([target]), budget)[1..^2];
            case "urlencode" when target is Dictionary<string, object?> or List<object?>:
                call.Bind();
                return Query(target, call);
            case "truncate" when target is not (string or Undefined):
                return Whole(target, call);
        }

        string text = PythonText.Of(target, budget);
        budget.Text(text.Length);
        switch (name)
        {
            case "trim":
                return StringMethods.Strip(text, call, left: true, right: true);
            case "string":
                call.Bind();
                return text;
            case "title":
                // Unlike the method, an apostrophe begins no word.
                call.Bind();
                return StringMethods.Capitals(text, before => Values.IsSpace(before) || "-({[<".Contains(before, StringComparison.Ordinal));
            case "replace":
                object?[] pair = call.Bind("old", "new", "count");
                return StringMethods.Replace(text, PythonText.Of(pair[0], budget), PythonText.Of(pair[1], budget), pair[2], call);
            case "center":
                return Centred(text, call);
            case "format":
                return Formatted(text, call);
            case "escape" or "e" or "forceescape":
                call.Bind();
                budget.Text(6L * text.Length);
                return Escaped(text);
            case "truncate":
                return Truncated(text, call);
            case "urlencode":
                call.Bind();
                return Quoted(text, "/", call);
            case "wordcount":
                call.Bind();
                return Words(text);
            default:
                return StringMethods.Call(name, text, call);
        }
    }

    private static string Join(object? target, CallContext call)
    {
        object?[] arguments = call.Bind("d", "attribute");
        string separator = arguments[0] is null ? "" : PythonText.Of(arguments[0], call.Frame.Budget);
        var items = Filters.Items(target, call);
        if (arguments[1] is { } attribute)
        {
            items = items.ConvertAll(item => Attributes.Of(item, attribute, call));
        }

        var text = new StringBuilder();
        for (int i = 0; i < items.Count; i++)
        {
            string item = PythonText.Of(items[i], call.Frame.Budget);
            RenderBudget.CheckLength((long)text.Length + separator.Length + item.Length);
            call.Frame.Budget.Text((i == 0 ? 0L : separator.Length) + item.Length);
            text.Append(i == 0 ? "" : separator).Append(item);
        }

        call.Frame.Budget.Text(text.Length);
        return text.ToString();
    }

    private static string Indented(string text, CallContext call)
    {
        object?[] arguments = call.Bind("width", "first", "blank");
        string indent = (arguments[0] ?? 4L) switch
        {
            string given => given,
            long and >= 0 and <= 64 and var width => new string(' ', (int)width),
            _ => throw call.Error("needs a width from 0 to 64 or a text"),
        };
        bool blank = Values.IsTrue(arguments[2]);

        // As Jinja does it: an end is added so that a line end at the text's end begins a line.
        var lines = StringParts.Lines(text + "\n", keepEnds: false, call);
        long length = text.Length + ((long)lines.Count * (indent.Length + 1));
        call.Frame.Budget.Parts(2L * lines.Count, length);
        call.Frame.Budget.Take(length * 2 * sizeof(char));
        for (int i = 1; i < lines.Count; i++)
        {
            if (blank || lines[i].Length > 0)
            {
                lines[i] = indent + lines[i];
            }
        }

        return (Values.IsTrue(arguments[1]) ? indent : "") + string.Join('\n', lines);
    }

    private static object? Centred(string text, CallContext call)
    {
        object? width = call.Bind("width")[0];
        var argument = new Argument(null, new LiteralExpression(width ?? 80L));
        return StringMethods.Call("center", text, call with { Arguments = [argument] });
    }

    private static string Formatted(string text, CallContext call)
    {
        object?[] values = [.. call.Arguments.Select(argument => argument.Name is null ? argument.Value.Evaluate(call.Frame) : throw call.Error("takes no named arguments"))];
        return TextFormat.Of(text, values, call.Frame.Budget, problem => call.Error(problem));
    }

    private static string Escaped(string text) => new StringBuilder(text)
        .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("'", "&#39;").Replace("\"", "&#34;").ToString();

    /// <summary>Of pairs, as in the part of an address behind the question mark.</summary>
    private static string Query(object target, CallContext call)
    {
        var pairs = target is Dictionary<string, object?> map ? Methods.Pairs(map) : (List<object?>)target;
        return string.Join('&', pairs.Select(pair => Values.Items(pair, call.Frame.Budget) is [var name, var value]
            ? $"{Part(name)}={Part(value)}"
            : throw call.Error($"needs pairs, not {Values.Describe(pair)}")));

        string Part(object? part) => Quoted(PythonText.Of(part, call.Frame.Budget), "", call).Replace("%20", "+", StringComparison.Ordinal);
    }

    /// <summary>What is no text stays whole where it is short, and can't be cut.</summary>
    private static object? Whole(object? target, CallContext call)
    {
        var (length, _, _, leeway) = Truncation(call);
        int? count = target switch { List<object?> list => list.Count, Dictionary<string, object?> map => map.Count, _ => null };
        return count <= length + leeway ? target : throw call.Error($"needs a text, not {Values.Describe(target)}");
    }

    private static (long Length, bool KillWords, string End, long Leeway) Truncation(CallContext call)
    {
        object?[] arguments = call.Bind("length", "killwords", "end", "leeway");
        return (
            Number(arguments[0], 255, call), Values.IsTrue(arguments[1]), arguments[2] is null ? "..." : PythonText.Of(arguments[2], call.Frame.Budget), Number(arguments[3], 5, call));
    }

    private static string Truncated(string text, CallContext call)
    {
        var (length, killWords, end, leeway) = Truncation(call);
        string[] characters = [.. Values.Items(text, call.Frame.Budget)!.Cast<string>()];
        int own = (int)Values.CharactersOf(end);
        if (characters.Length <= length + leeway)
        {
            return text;
        }

        if (length < own)
        {
            throw call.Error("needs a length of at least that of its end");
        }

        string cut = string.Concat(characters.Take((int)length - own));
        int space = cut.LastIndexOf(' ');
        return (killWords || space < 0 ? cut : cut[..space]) + end;
    }

    private static long Number(object? value, long missing, CallContext call) =>
        value is null ? missing : Values.ToNumber(value) is >= 0 and <= Widest and var number ? number : throw call.Error($"needs numbers from 0 to {Widest}");

    /// <summary>As quote() of Python's urllib.</summary>
    private static string Quoted(string text, string safe, CallContext call)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        call.Frame.Budget.Text(3L * bytes.Length);
        var quoted = new StringBuilder();
        foreach (byte b in bytes)
        {
            char c = (char)b;
            _ = char.IsAsciiLetterOrDigit(c) || "_.-~".Contains(c, StringComparison.Ordinal) || safe.Contains(c, StringComparison.Ordinal)
                ? quoted.Append(c)
                : quoted.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return quoted.ToString();
    }

    private static long Words(string text)
    {
        long words = 0;
        bool inside = false;
        foreach (char c in text)
        {
            bool word = char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c);
            words += word && !inside ? 1 : 0;
            inside = word;
        }

        return words;
    }
}
