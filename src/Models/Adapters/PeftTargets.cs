using System.Text.Json;
using System.Text.RegularExpressions;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>
/// Which modules an adapter changes: target_modules (a list of names or name endings, one regular expression for whole
/// paths, or "all-linear"), and layers_to_transform.
/// </summary>
internal sealed class PeftTargets
{
    private readonly HashSet<string>? _names;
    private readonly Regex? _pattern;
    private readonly HashSet<int>? _layers;

    public PeftTargets(JsonFields fields, ModelShape shape)
    {
        if (!fields.TryGet("target_modules", out var targets))
        {
            fields.Refuse("target_modules", "is missing");
        }

        if (targets.ValueKind == JsonValueKind.Array)
        {
            _names = Names(fields, targets, shape);
        }
        else if (targets.ValueKind != JsonValueKind.String)
        {
            fields.Refuse("target_modules", "must be a list of names or one pattern");
        }
        else if (targets.GetString() is string pattern and not "all-linear")
        {
            _pattern = PeftPattern.Compile(fields, "target_modules", $"^(?:{pattern})$");
        }

        _layers = Layers(fields, shape.Layers);
        if (_layers is not null && _names is null)
        {
            fields.Refuse("layers_to_transform", "needs target_modules to be a list");
        }
    }

    public bool Includes(PeftModule module)
    {
        if (_layers?.Contains(module.Layer) == false)
        {
            return false;
        }

        if (_names is not null)
        {
            return _names.Any(module.IsNamed);
        }

        return _pattern?.IsMatch(module.Path) ?? true;
    }

    private static HashSet<string> Names(JsonFields fields, JsonElement targets, ModelShape shape)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        List<PeftModule> modules = [.. PeftModule.All(shape)];
        foreach (var item in targets.EnumerateArray())
        {
            string name = item.ValueKind == JsonValueKind.String ? item.GetString()! : "";
            if (!modules.Exists(m => m.IsNamed(name)))
            {
                fields.Refuse("target_modules", $"{JsonFields.Show(item)} is not a projection of the base's layers");
            }

            names.Add(name);
        }

        return names;
    }

    private static HashSet<int>? Layers(JsonFields fields, int layers)
    {
        const string Field = "layers_to_transform";
        if (!fields.TryGet(Field, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return [fields.Integer(Field, value, 0, layers - 1)];
        }

        return [.. value.EnumerateArray().Select(item => fields.Integer(Field, item, 0, layers - 1))];
    }
}
