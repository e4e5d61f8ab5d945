namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>A filter's attribute: a member, or a member of one where there are dots between, or an item by its number.</summary>
internal static class Attributes
{
    /// <param name="item">Whose.</param>
    /// <param name="path">A text, or a whole number.</param>
    /// <param name="call">Of the filter.</param>
    /// <param name="otherwise">In the place of what is undefined, on the way too; null: nothing.</param>
    public static object? Of(object? item, object? path, CallContext call, object? otherwise = null)
    {
        if (path is long place)
        {
            return Part(item, null, place, call) is var found && found is Undefined && otherwise is not null ? otherwise : found;
        }

        foreach (string name in call.Text(path).Split('.'))
        {
            item = Part(item, name, int.TryParse(name, System.Globalization.NumberStyles.None, null, out int index) ? index : null, call);
            item = item is Undefined && otherwise is not null ? otherwise : item;
        }

        return item;
    }

    private static object? Part(object? item, string? name, long? index, CallContext call) => item switch
    {
        Undefined undefined => throw call.Error($"asks for a member of {undefined.Name}, which is undefined"),
        Dictionary<string, object?> map when name is not null && map.TryGetValue(name, out object? value) => value,
        Namespace space when name is not null && space.Members.TryGetValue(name, out object? value) => value,
        GroupTuple group when name is not null && group.Member(name) is not Undefined and var member => member,
        List<object?> list when index >= 0 && index < list.Count => list[(int)index.Value],
        _ => new Undefined(name ?? "an item"),
    };
}
