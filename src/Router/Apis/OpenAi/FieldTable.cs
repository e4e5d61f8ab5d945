using System.Collections.Frozen;
using System.Text.Json;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>The fields that requests of a path may have, and what becomes of each. There is no fourth thing: nothing is ignored in silence.</summary>
/// <param name="path">Whose they are, for messages.</param>
/// <param name="all">In the order of the page.</param>
internal sealed class FieldTable(string path, IReadOnlyList<RequestField> all)
{
    private readonly FrozenDictionary<string, RequestField> _byName = all.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    public string Path => path;

    public IReadOnlyList<RequestField> All => all;

    /// <summary>Refuses what is unknown, and what would change the answer and isn't built.</summary>
    /// <param name="body">An object.</param>
    /// <exception cref="Contracts.Failures.RequestFailedException">InvalidArgument, naming the first such field.</exception>
    public void Check(JsonElement body)
    {
        foreach (var property in body.EnumerateObject())
        {
            if (!_byName.TryGetValue(property.Name, out var field))
            {
                throw JsonFields.Wrong(RequestLimits.Shorten(property.Name), $"is unknown: no such field is taken by {path}");
            }

            if (field.State == FieldState.Refused && !field.IsNeutral(property.Value))
            {
                throw JsonFields.Wrong(field.Name, $"is not supported: {field.Note}");
            }
        }
    }

    public static RequestField Works(string name, string values) => new(name, FieldState.Works, values);

    public static RequestField Nothing(string name, string why) => new(name, FieldState.ChangesNothing, why);

    /// <param name="name">Of the field.</param>
    /// <param name="why">It is refused.</param>
    /// <param name="neutral">Values, as JSON, that ask for nothing.</param>
    public static RequestField Refused(string name, string why, params string[] neutral) => new(name, FieldState.Refused, why)
    {
        Neutral = [.. neutral.Select(text => JsonElement.Parse(text))],
    };
}
