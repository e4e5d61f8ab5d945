using System.Text.Json;
using System.Text.RegularExpressions;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>
/// rank_pattern or alpha_pattern: values for modules by regular expression. As in PEFT, a key may match a module's whole
/// path or its end after a dot, and the first match counts.
/// </summary>
internal sealed class PeftPattern
{
    private const int MaxEntries = 10_000;
    private const int MaxLength = 1000;

    private readonly List<(Regex Pattern, string Name, JsonElement Value)> _entries = [];

    public PeftPattern(JsonFields fields, string field)
    {
        foreach ((string key, var value) in fields.Entries(field))
        {
            if (_entries.Count == MaxEntries)
            {
                fields.Refuse(field, $"has more than {MaxEntries} entries");
            }

            _entries.Add((Compile(fields, field, $@"^(?:.*\.)?(?:{key})$"), $"{field}[{key}]", value));
        }
    }

    public (string Key, JsonElement Value)? Find(string module)
    {
        foreach ((var pattern, string name, var value) in _entries)
        {
            if (pattern.IsMatch(module))
            {
                return (name, value);
            }
        }

        return null;
    }

    /// <summary>A pattern from an untrusted file: without backtracking its time is linear in the text.</summary>
    public static Regex Compile(JsonFields fields, string field, string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            fields.Refuse(field, $"has a pattern of more than {MaxLength} characters");
        }

        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new CheckpointException(fields.File, field, "is not a pattern that can be matched without backtracking", e);
        }
    }
}
