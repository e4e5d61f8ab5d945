using System.Text.Json;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>
/// rank_pattern or alpha_pattern: values for modules by regular expression. As in PEFT, a key may match a module's whole
/// path or its end after a dot, and the first match counts.
/// </summary>
internal sealed class PeftPattern
{
    private const int MaxEntries = 10_000;

    private readonly JsonFields _fields;
    private readonly List<(PeftExpression Expression, string Name, JsonElement Value)> _entries = [];

    public PeftPattern(JsonFields fields, string field)
    {
        _fields = fields;
        foreach ((string key, var value) in fields.Entries(field))
        {
            if (_entries.Count == MaxEntries)
            {
                fields.Refuse(field, $"has more than {MaxEntries} entries");
            }

            _entries.Add((new PeftExpression(fields, field, $@"^(?:.*\.)?(?:{key})$"), $"{field}[{key}]", value));
        }
    }

    /// <exception cref="CheckpointException">An expression takes too long to be matched.</exception>
    public (string Key, JsonElement Value)? Find(string module)
    {
        foreach (var (expression, name, value) in _entries)
        {
            if (expression.Match(module) is not { } match)
            {
                _fields.Refuse(name, "takes too long to be matched; write the modules' names instead");
                return null;
            }

            if (match.Success)
            {
                return (name, value);
            }
        }

        return null;
    }
}
