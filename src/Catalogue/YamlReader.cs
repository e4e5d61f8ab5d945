using System.Globalization;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Files;
using YamlDotNet.RepresentationModel;

namespace ExpertCluster.Catalogue;

/// <summary>Reads mappings and scalars of one file; every error says file, line and key.</summary>
internal sealed class YamlReader(string file, Func<string, string?> problemOfUri)
{
    public string Directory { get; } = Path.GetDirectoryName(Path.GetFullPath(file))!;

    public CatalogueException Error(YamlNode node, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{file}:{node.Start.Line}: {message}"));

    /// <summary>The entries of a mapping, refused when a key isn't one of those allowed.</summary>
    public Dictionary<string, YamlNode> Mapping(YamlNode node, string what, params ReadOnlySpan<string> allowed)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw Error(node, $"{what} must be a mapping of {string.Join(", ", allowed)}");
        }

        Dictionary<string, YamlNode> entries = new(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? throw Error(key, $"{what} has a key that is not a string");
            if (!allowed.Contains(name))
            {
                throw Error(key, $"{what} has an unknown key '{name}'; known are {string.Join(", ", allowed)}");
            }

            // Keys of different tags are different nodes, and one name.
            if (!entries.TryAdd(name, value))
            {
                throw Error(key, $"{what} has the key '{name}' twice");
            }
        }

        return entries;
    }

    public IEnumerable<YamlNode> Sequence(YamlNode node, string what) =>
        node is YamlSequenceNode sequence ? sequence.Children : throw Error(node, $"{what} must be a list");

    public string Text(YamlNode node, string what)
    {
        if (node is not YamlScalarNode { Value: { } value })
        {
            throw Error(node, $"{what} must be a string");
        }

        if (value.Length is 0 or > CatalogueLimits.TextLength)
        {
            throw Error(node, $"{what} has {value.Length} characters; it must have 1 to {CatalogueLimits.TextLength}");
        }

        return value;
    }

    public int Integer(YamlNode node, string what, int least, int most) => (int)Whole(node, what, least, most);

    public long Whole(YamlNode node, string what, long least, long most)
    {
        string text = Text(node, what);
        return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most
            ? value
            : throw Error(node, $"{what} is '{text}'; it must be a whole number from {least} to {most}");
    }

    /// <summary>A number, 0 or above.</summary>
    public double Amount(YamlNode node, string what)
    {
        string text = Text(node, what);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 && double.IsFinite(value)
            ? value
            : throw Error(node, $"{what} is '{text}'; it must be a number, 0 or above");
    }

    /// <summary>A list of strings; an entry that is not there is an empty one.</summary>
    public List<string> Texts(Dictionary<string, YamlNode> entry, string key, string what, string one, int most)
    {
        if (!entry.TryGetValue(key, out var list))
        {
            return [];
        }

        List<string> texts = [.. Sequence(list, $"{what}: {key}").Select(t => Text(t, $"{what}: {one}"))];
        return texts.Count <= most ? texts : throw Error(list, $"{what}: {key} has {texts.Count} entries; at most {most} are taken");
    }

    /// <summary>A list of `key=value`.</summary>
    public List<string> Labels(Dictionary<string, YamlNode> entry, string key, string what)
    {
        var labels = Texts(entry, key, what, "a label", HostLabels.Most);
        return labels.Find(label => !HostLabels.IsWellFormed(label)) is { } wrong
            ? throw Error(entry[key], $"{what}: {key} has '{wrong}'; it must be {HostLabels.Form}")
            : labels;
    }

    /// <summary>The entry `name`, of names that are not taken yet.</summary>
    /// <param name="node">That has it.</param>
    /// <param name="entry">What stands in it.</param>
    /// <param name="what">It is, for messages.</param>
    /// <param name="taken">Gets the name.</param>
    /// <param name="among">What it must differ from, for messages.</param>
    public string Name(YamlNode node, Dictionary<string, YamlNode> entry, string what, HashSet<string> taken, string among)
    {
        var nameNode = Required(node, entry, "name", what);
        string name = Text(nameNode, $"{what}: name");
        if (!CatalogueFile.IsName(name))
        {
            throw Error(nameNode, $"{what}: name '{name}' must have {CatalogueFile.NameForm}");
        }

        return taken.Add(name) ? name : throw Error(nameNode, $"{what}: the name '{name}' is taken; {among}");
    }

    /// <summary>An entry that must be there.</summary>
    public YamlNode Required(YamlNode node, Dictionary<string, YamlNode> entry, string key, string what) =>
        entry.TryGetValue(key, out var value) ? value : throw Error(node, $"{what}: {key} is missing");

    public bool Boolean(YamlNode node, string what) => Text(node, what) switch
    {
        "true" => true,
        "false" => false,
        var text => throw Error(node, $"{what} is '{text}'; it must be true or false"),
    };

    /// <summary>A folder that is there, absolute, or a URI as it stands.</summary>
    public string FolderOrUri(YamlNode node, string what)
    {
        string text = Text(node, what);
        if (!SourceUri.Is(text))
        {
            return Existing(node, what, "folder", System.IO.Directory.Exists);
        }

        return problemOfUri(text) is { } problem ? throw Error(node, $"{what} is {SourceUri.Shown(text)}: it {problem}") : text;
    }

    public string ExistingFile(YamlNode node, string what) => Existing(node, what, "file", RegularFile.Exists);

    private string Existing(YamlNode node, string what, string kind, Func<string, bool> exists)
    {
        string text = Text(node, what);
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw Error(node, $"{what} holds the character NUL");
        }

        string path = Path.GetFullPath(text, Directory);
        return exists(path) ? path : throw Error(node, $"{what}: there is no {kind} {path}");
    }
}
