using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A variable or member that does not exist.</summary>
internal sealed record Undefined(string Name);

/// <summary>What namespace() makes: the one thing whose members a template can set.</summary>
internal sealed class Namespace
{
    public Dictionary<string, object?> Members { get; } = new(StringComparer.Ordinal);
}

/// <summary>A list that was made as a tuple: it is written with other brackets, and equals no list.</summary>
internal sealed class PythonTuple(IEnumerable<object?> items) : List<object?>(items);

/// <summary>
/// A value is null (none), bool, long, double, string, List&lt;object?&gt; (or a <see cref="PythonTuple"/>), Dictionary&lt;string, object?&gt;,
/// <see cref="Fraction"/>, <see cref="Namespace"/>, <see cref="LoopState"/>, <see cref="ICallable"/> or <see cref="Undefined"/>. They behave as
/// Python's do.
/// </summary>
internal static class Values
{
    private const int DeepestValue = 100;

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        List<object?> list => list.Count > 0,
        Dictionary<string, object?> map => map.Count > 0,
        _ => true,
    };

    public static string Describe(object? value) => value switch
    {
        null => "none",
        Undefined undefined => $"undefined ({undefined.Name})",
        bool => "a boolean",
        long or double or Fraction => "a number",
        string => "a string",
        List<object?> => "a list",
        Dictionary<string, object?> => "a mapping",
        LoopState => "a loop",
        ICallable => "a macro or function",
        _ => "a namespace",
    };

    public static bool AreEqual(object? left, object? right, RenderBudget budget, int depth = 0)
    {
        budget.Step();
        CheckDepth(depth);
        if (Numbers.Of(left) is { } a && Numbers.Of(right) is { } b)
        {
            return a.CompareTo(b) == 0;
        }

        return (left, right) switch
        {
            (null, null) or (Undefined, Undefined) => true,
            (Fraction x, Fraction y) => x == y,
            (string x, string y) => AreSame(x, y, budget),
            (List<object?> x, List<object?> y) => x is PythonTuple == y is PythonTuple && x.Count == y.Count
                && x.Zip(y).All(pair => AreEqual(pair.First, pair.Second, budget, depth + 1)),
            (Dictionary<string, object?> x, Dictionary<string, object?> y) =>
                x.Count == y.Count && x.All(pair => y.TryGetValue(pair.Key, out object? other) && AreEqual(pair.Value, other, budget, depth + 1)),
            _ => ReferenceEquals(left, right),
        };
    }

    /// <summary>How many characters a text has.</summary>
    public static long CharactersOf(string text)
    {
        long count = 0L;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    /// <summary>What a loop goes over: a list's items, a mapping's keys, a text's characters; null for what has none.</summary>
    public static List<object?>? Items(object? value, RenderBudget budget)
    {
        switch (value)
        {
            case List<object?> list:
                return list;
            case Undefined:
                return [];
            case Dictionary<string, object?> map:
                budget.Items(map.Count);
                return [.. map.Keys];
            case string text:
                budget.Parts(text.Length);
                return [.. text.EnumerateRunes().Select(rune => rune.ToString())];
            default:
                return null;
        }
    }

    private static bool AreSame(string left, string right, RenderBudget budget)
    {
        budget.Spend(Math.Min(left.Length, right.Length));
        return string.Equals(left, right, StringComparison.Ordinal);
    }

    /// <summary>A template can nest lists as deep as it likes; what recurses over values must not.</summary>
    public static void CheckDepth(int depth)
    {
        if (depth > DeepestValue)
        {
            throw new ChatTemplateException($"values are nested deeper than {DeepestValue}");
        }
    }

    /// <summary>Whole numbers and booleans, which count as 0 and 1; null for anything else.</summary>
    public static long? ToNumber(object? value) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => null,
    };

    /// <summary>Python's white space: Unicode's, and the four separators U+001C to U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    /// <summary>Python's str.strip() and its one-sided kin.</summary>
    public static string Strip(string text, string? characters, bool left, bool right)
    {
        var (start, end) = (0, text.Length);
        while (left && start < end && Matches(text[start]))
        {
            start++;
        }

        while (right && end > start && Matches(text[end - 1]))
        {
            end--;
        }

        return text[start..end];

        bool Matches(char c) => characters is null ? IsSpace(c) : characters.Contains(c, StringComparison.Ordinal);
    }
}
