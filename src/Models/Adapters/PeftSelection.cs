using System.Text.Json;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>target_modules or exclude_modules: names or name endings, or one regular expression for whole paths.</summary>
internal sealed class PeftSelection
{
    /// <summary>Any case, as in PEFT.</summary>
    private const string AllLinear = "all-linear";

    private const int MaxNames = 10_000;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly PeftExpression? _expression;
    private readonly bool _all;

    private PeftSelection(JsonFields fields, string field, JsonElement value)
    {
        IsList = value.ValueKind == JsonValueKind.Array;
        if (IsList)
        {
            Read(fields, field, value);
        }
        else if (value.ValueKind != JsonValueKind.String)
        {
            fields.Refuse(field, "must be a list of names or one pattern");
        }
        else if (value.GetString()!.Equals(AllLinear, StringComparison.OrdinalIgnoreCase))
        {
            _all = true;
        }
        else
        {
            _expression = new PeftExpression(fields, field, $"^(?:{value.GetString()})$");
        }
    }

    public bool IsList { get; }

    /// <returns>Null: the field is absent or empty.</returns>
    public static PeftSelection? Read(JsonFields fields, string field)
    {
        if (!fields.TryGet(field, out var value))
        {
            return null;
        }

        bool empty = value.ValueKind == JsonValueKind.String ? value.GetString()!.Length == 0 : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;
        return empty ? null : new PeftSelection(fields, field, value);
    }

    /// <returns>Null: the expression takes too long to tell.</returns>
    public bool? Includes(PeftModule module)
    {
        if (_all || _names.Any(module.IsNamed))
        {
            return true;
        }

        return _expression is null ? false : _expression.Match(module.Path)?.Success;
    }

    private void Read(JsonFields fields, string field, JsonElement names)
    {
        if (names.GetArrayLength() > MaxNames)
        {
            fields.Refuse(field, $"has more than {MaxNames} entries");
        }

        foreach (var item in names.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                fields.Refuse(field, $"must be a list of names, but has {JsonFields.Show(item)}");
            }

            _names.Add(item.GetString()!);
        }
    }
}
