using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>== != &lt; &lt;= > >= in, not in: as operators and as tests.</summary>
internal static class Comparisons
{
    /// <param name="error">Says what cannot be compared, and where.</param>
    public static bool Holds(string comparison, object? left, object? right, Frame frame, Func<string, ChatTemplateException> error) =>
        comparison switch
        {
            "==" => Values.AreEqual(left, right, frame.Budget),
            "!=" => !Values.AreEqual(left, right, frame.Budget),
            "in" => Contains(right, left, frame, error),
            "not in" => !Contains(right, left, frame, error),
            "<" => Order(left, right, frame, error) < 0,
            "<=" => Order(left, right, frame, error) <= 0,
            ">" => Order(left, right, frame, error) > 0,
            _ => Order(left, right, frame, error) >= 0,
        };

    private static bool Contains(object? container, object? item, Frame frame, Func<string, ChatTemplateException> error)
    {
        switch (container)
        {
            case Undefined:
                return false;
            case string text when item is string part:
                frame.Budget.Search(text.Length, part.Length);
                return text.Contains(part, StringComparison.Ordinal);
            case List<object?> list:
                frame.Budget.Spend(list.Count);
                return list.Exists(entry => Values.AreEqual(entry, item, frame.Budget));
            case Dictionary<string, object?> map:
                return item is string key && map.ContainsKey(key);
            default:
                throw error($"cannot look for {Values.Describe(item)} in {Values.Describe(container)}");
        }
    }

    /// <summary>As &lt; has it, of two texts, two numbers, or two lists.</summary>
    public static int Order(object? left, object? right, Frame frame, Func<string, ChatTemplateException> error)
    {
        if (Numbers.Of(left) is { } a && Numbers.Of(right) is { } b)
        {
            return a.CompareTo(b);
        }

        if (left is string x && right is string y)
        {
            frame.Budget.Spend(Math.Min(x.Length, y.Length));
            return string.CompareOrdinal(x, y);
        }

        if (left is List<object?> first && right is List<object?> second && first is PythonTuple == second is PythonTuple)
        {
            return OrderLists(first, second, frame, error);
        }

        throw error($"cannot order {Values.Describe(left)} and {Values.Describe(right)}");
    }

    /// <summary>By the first items that differ, then by length.</summary>
    private static int OrderLists(List<object?> left, List<object?> right, Frame frame, Func<string, ChatTemplateException> error)
    {
        frame.Budget.Enter();
        int order = left.Count.CompareTo(right.Count);
        for (int i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (!Values.AreEqual(left[i], right[i], frame.Budget))
            {
                order = Order(left[i], right[i], frame, error);
                break;
            }
        }

        frame.Budget.Leave();
        return order;
    }
}
