using System.Globalization;
using System.Text.Json;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>A schema, or a part of one, and where it stands: "#/properties/a".</summary>
internal readonly record struct SchemaValue(JsonElement Value, string Place)
{
    public SchemaValue At(string name) => new(Value.GetProperty(name), $"{Place}/{name}");

    public bool Has(string name) => Value.TryGetProperty(name, out _);

    public IEnumerable<string> Keywords => Value.EnumerateObject().Select(keyword => keyword.Name);

    /// <summary>Null where there is none.</summary>
    /// <exception cref="GrammarException">It is no whole number, 0 or above, or beyond what is counted.</exception>
    public int? Count(string name)
    {
        if (!Value.TryGetProperty(name, out var value))
        {
            return null;
        }

        // 2.0 is a whole number to JSON Schema.
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && decimal.IsInteger(number) && number is >= 0 and <= GrammarLimits.MaxRepeats
            ? (int)number
            : throw At(name).Error(string.Create(CultureInfo.InvariantCulture, $"must be a whole number of 0 to {GrammarLimits.MaxRepeats}"));
    }

    /// <summary>Null where there is none.</summary>
    /// <exception cref="GrammarException">It is no number, or beyond what is calculated with.</exception>
    public decimal? Number(string name)
    {
        if (!Value.TryGetProperty(name, out var value))
        {
            return null;
        }

        // As digits: what has too many would be rounded, and a bound would not be what was written.
        return value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && Math.Abs(number) < 1e19m && decimal.Round(number, 15) == number
            ? number
            : throw At(name).Error("must be a number of at most 19 digits before the point and 15 behind it");
    }

    public string? Text(string name) => !Value.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw At(name).Error("must be a string");

    public GrammarException Error(string problem) => new($"has a schema whose {Shown} {problem}");

    private string Shown => Place.Length <= 120 ? Place : $"{Place[..117]}...";
}
