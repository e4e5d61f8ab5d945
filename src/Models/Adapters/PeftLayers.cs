using System.Globalization;
using System.Text.Json;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>
/// layers_to_transform and layers_pattern: which layers are adapted, and what stands before a layer's number in a path. As in PEFT, an
/// empty list means all, numbers that the base doesn't have mean none, and without a pattern any name may stand there.
/// </summary>
internal sealed class PeftLayers
{
    private const string Numbers = "layers_to_transform";
    private const string Pattern = "layers_pattern";
    private const string Group = "expertclusterlayer";
    private const int MaxEntries = 10_000;

    private readonly HashSet<int>? _layers;
    private readonly List<PeftExpression> _patterns = [];

    public PeftLayers(JsonFields fields)
    {
        _layers = Layers(fields);
        foreach (string name in Names(fields))
        {
            _patterns.Add(new PeftExpression(fields, Pattern, $@"^.*\.(?:{name})\.(?<{Group}>\d+)\."));
        }

        if (_layers is null && _patterns.Count > 0)
        {
            // PEFT refuses it, too: whoever wrote it wanted some layers.
            fields.Refuse(Pattern, $"needs {Numbers}");
        }
    }

    public bool AreAll => _layers is null;

    /// <returns>Null: the pattern takes too long to tell.</returns>
    public bool? Includes(PeftModule module)
    {
        if (_layers is null || _patterns.Count == 0)
        {
            return _layers?.Contains(module.Layer) ?? true;
        }

        foreach (var pattern in _patterns)
        {
            if (pattern.Match(module.Path) is not { } match)
            {
                return null;
            }

            if (match.Success)
            {
                return int.TryParse(match.Groups[Group].ValueSpan, CultureInfo.InvariantCulture, out int layer) && _layers.Contains(layer);
            }
        }

        return false;
    }

    private static HashSet<int>? Layers(JsonFields fields)
    {
        if (!fields.TryGet(Numbers, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return [fields.Integer(Numbers, value, 0, int.MaxValue)];
        }

        if (value.GetArrayLength() > MaxEntries)
        {
            fields.Refuse(Numbers, $"has more than {MaxEntries} entries");
        }

        return value.GetArrayLength() == 0 ? null : [.. value.EnumerateArray().Select(item => fields.Integer(Numbers, item, 0, int.MaxValue))];
    }

    private static IEnumerable<string> Names(JsonFields fields)
    {
        if (!fields.TryGet(Pattern, out var value))
        {
            return [];
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        if (items.Length > MaxEntries || Array.Exists(items, item => item.ValueKind != JsonValueKind.String))
        {
            fields.Refuse(Pattern, $"must be a name, or a list of at most {MaxEntries} names");
        }

        return items.Select(item => item.GetString()!).Where(name => name.Length > 0);
    }
}
