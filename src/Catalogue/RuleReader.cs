using ExpertCluster.Contracts.Routing;
using YamlDotNet.RepresentationModel;

namespace ExpertCluster.Catalogue;

/// <summary>Reads the rules of a catalogue, which go before the gate.</summary>
/// <param name="reader">Of the file.</param>
/// <param name="names">Whom a rule may name: a name that is wrong would leave the request to whom the rule keeps it from.</param>
internal sealed class RuleReader(YamlReader reader, IReadOnlySet<string> names)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <exception cref="CatalogueException">It can't be used; the message names file, line and key.</exception>
    public RoutingRule Read(YamlNode node)
    {
        var entry = reader.Mapping(node, "a rule", "name", "when", "expert", "allow", "deny", "labels", "max_cost");
        string name = reader.Name(node, entry, "a rule", _taken, "names of rules are unique");
        string what = $"rule {name}";
        string whenWhat = $"{what}: when";
        var whenNode = reader.Required(node, entry, "when", what);
        var when = reader.Mapping(whenNode, whenWhat, "headers", "labels", "keywords");
        var rule = new RoutingRule
        {
            Name = name,
            Headers = when.TryGetValue("headers", out var headers) ? Headers(headers, $"{whenWhat}: headers") : new Dictionary<string, string>(),
            WhenLabels = reader.Labels(when, "labels", whenWhat),
            Keywords = reader.Texts(when, "keywords", whenWhat, "a keyword", CatalogueLimits.RuleEntries),
            Expert = entry.TryGetValue("expert", out var expert) ? Known(expert, $"{what}: expert") : null,
            Allow = Names(entry, "allow", what),
            Deny = Names(entry, "deny", what),
            Labels = reader.Labels(entry, "labels", what),
            MaxCost = entry.TryGetValue("max_cost", out var cost) ? reader.Amount(cost, $"{what}: max_cost") : null,
        };
        return rule.Headers.Count + rule.WhenLabels.Count + rule.Keywords.Count == 0
            ? throw reader.Error(whenNode, $"{whenWhat} is empty; it must have headers, labels or keywords")
            : rule is { Expert: null, Allow.Count: 0, Deny.Count: 0, Labels.Count: 0, MaxCost: null }
                ? throw reader.Error(node, $"{what} says nothing; it must have expert, allow, deny, labels or max_cost")
                : rule;
    }

    private Dictionary<string, string> Headers(YamlNode node, string what)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw reader.Error(node, $"{what} must be a mapping of names and values");
        }

        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in mapping.Children)
        {
            string name = reader.Text(key, $"{what}: a name");
            if (name.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            {
                throw reader.Error(key, $"{what}: '{name}' is no name of a header; it must have letters, digits, '-', '_' or '.'");
            }

            if (!headers.TryAdd(name, reader.Text(value, $"{what}: {name}")))
            {
                throw reader.Error(key, $"{what} has '{name}' twice");
            }
        }

        return headers.Count <= CatalogueLimits.RuleEntries
            ? headers
            : throw reader.Error(node, $"{what} has {headers.Count} entries; at most {CatalogueLimits.RuleEntries} are taken");
    }

    private List<string> Names(Dictionary<string, YamlNode> entry, string key, string what) => entry.TryGetValue(key, out var list)
        ? reader.Texts(entry, key, what, "a name", CatalogueLimits.RuleEntries).ConvertAll(name => Known(list, $"{what}: {key}", name))
        : [];

    private string Known(YamlNode node, string what) => Known(node, what, reader.Text(node, what));

    private string Known(YamlNode node, string what, string name) => name != CatalogueFile.AutoModel && names.Contains(name)
        ? name
        : throw reader.Error(node, $"{what}: '{name}' is none of this file's experts and bases");
}
