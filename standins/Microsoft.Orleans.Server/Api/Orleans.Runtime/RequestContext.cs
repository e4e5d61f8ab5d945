using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>Values that travel with the logical call: set by a caller, seen by the grains that it calls, and by theirs.</summary>
public static class RequestContext
{
    private static readonly AsyncLocal<ImmutableDictionary<string, object>?> Values = new();

    public static IEnumerable<string> Keys => Current.Keys;

    public static IEnumerable<KeyValuePair<string, object>> Entries => Current;

    internal static ImmutableDictionary<string, object> Current
    {
        get => Values.Value ?? ImmutableDictionary<string, object>.Empty;
        set => Values.Value = value.IsEmpty ? null : value;
    }

    public static object? Get(string key) => Current.GetValueOrDefault(key);

    public static void Set(string key, object value) => Current = Current.SetItem(key, value);

    public static bool Remove(string key)
    {
        var had = Current.ContainsKey(key);
        Current = Current.Remove(key);
        return had;
    }

    public static void Clear() => Values.Value = null;
}
