namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Filters over a mapping's entries.</summary>
internal static class MapFilters
{
    /// <summary>dictsort: entries by their keys or values.</summary>
    public static List<object?> Sort(Dictionary<string, object?> map, CallContext call)
    {
        object?[] arguments = call.Bind("case_sensitive", "by", "reverse");
        int place = (arguments[1] ?? "key") switch
        {
            "key" => 0,
            "value" => 1,
            var other => throw call.Error($"sorts by key or value, not by {Values.Describe(other)}"),
        };
        call.Frame.Budget.Entries(2L * map.Count);
        return OrderFilters.Sorted(
            Methods.Pairs(map), pair => OrderFilters.Folded(((List<object?>)pair!)[place], arguments[0], call), Values.IsTrue(arguments[2]), call);
    }
}
