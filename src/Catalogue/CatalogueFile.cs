using System.Buffers;
using System.Globalization;
using ExpertCluster.Files;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ExpertCluster.Catalogue;

/// <summary>Reads experts.yaml. Unknown keys, bad paths and duplicate names are refused with file and line.</summary>
public static class CatalogueFile
{
    /// <summary>The name that asks the gate; no base or expert may take it.</summary>
    public const string AutoModel = "auto";

    /// <summary>What a name must have, in words.</summary>
    internal static readonly string NameForm = string.Create(
        CultureInfo.InvariantCulture, $"1 to {CatalogueLimits.NameLength} letters, digits, '-', '_' or '.', and not begin with '.'");

    private const string NamesAmong = $"names are unique among bases, experts, encoders and '{AutoModel}'";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <param name="path">The file.</param>
    /// <param name="problemOfUri">
    /// What is wrong with a source's URI: the end of a sentence that begins with its place, or null. Without it any URI is taken.
    /// </param>
    /// <exception cref="CatalogueException">The file can't be used; the message names file, line and key.</exception>
    public static ExpertCatalogue Load(string path, Func<string, string?>? problemOfUri = null)
    {
        try
        {
            return Parse(RegularFile.ReadAllText(path, CatalogueLimits.FileBytes), path, problemOfUri ?? SourceUri.ProblemOf);
        }
        catch (FileNotFoundException)
        {
            throw new CatalogueException($"{path}: there is no such file");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CatalogueException(error.Message, error);
        }
    }

    /// <summary>Folders are named after bases: a leading dot could lead out of where they belong.</summary>
    internal static bool IsName(string name) =>
        name.Length is > 0 and <= CatalogueLimits.NameLength && !name.AsSpan().ContainsAnyExcept(NameCharacters) && name[0] != '.';

    internal static ExpertCatalogue Parse(string text, string path, Func<string, string?> problemOfUri)
    {
        var reader = new YamlReader(path, problemOfUri);
        YamlStream stream = [];
        try
        {
            new YamlBounds(path).Check(text);
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new CatalogueException($"{path}:{error.Start.Line}: not valid YAML: {error.Message.ReplaceLineEndings(" ")}", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException or KeyNotFoundException)
        {
            // The library has no other words for what surprises it.
            throw new CatalogueException($"{path}: not valid YAML: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        if (stream.Documents.Count != 1)
        {
            throw new CatalogueException($"{path}: the file holds {stream.Documents.Count} YAML documents; it must hold one");
        }

        var root = stream.Documents[0].RootNode;
        var top = reader.Mapping(root, "the catalogue", "bases", "experts", EncoderReader.Key, "rules", GateSection.Key);
        HashSet<string> names = new(StringComparer.Ordinal) { AutoModel };
        var bases = ReadList(reader, top, "bases", CatalogueLimits.Bases, node => ReadBase(reader, node, names));
        if (bases.Count == 0)
        {
            throw reader.Error(root, "bases is missing or empty; at least one base is needed");
        }

        HashSet<string> baseNames = [.. bases.Select(b => b.Name)];
        var experts = ReadList(reader, top, "experts", CatalogueLimits.Experts, node => ReadExpert(reader, node, names, baseNames));
        ExpertCatalogue catalogue = new()
        {
            Bases = bases,
            Experts = experts,
            Encoders = ReadList(reader, top, EncoderReader.Key, CatalogueLimits.Encoders, node => EncoderReader.Read(reader, node, names, NamesAmong)),
            Rules = ReadList(reader, top, "rules", CatalogueLimits.Rules, new RuleReader(reader, names).Read),
            Gate = top.TryGetValue(GateSection.Key, out var gate) ? GateSection.Read(reader, gate) : GateEntry.Default,
        };
        int gated = experts.Count(catalogue.Gates);
        return gated <= catalogue.MostGated
            ? catalogue
            : throw reader.Error(top["experts"], $"experts has {gated} entries that the gate learns; with gate: kind {catalogue.Gate.Kind.ToString().ToLowerInvariant()} at most {catalogue.MostGated} are allowed");
    }

    private static List<T> ReadList<T>(YamlReader reader, Dictionary<string, YamlNode> top, string key, int most, Func<YamlNode, T> read)
    {
        List<T> items = [];
        if (top.TryGetValue(key, out var list))
        {
            foreach (var node in reader.Sequence(list, key))
            {
                if (items.Count == most)
                {
                    throw reader.Error(node, $"{key} has more than {most} entries");
                }

                items.Add(read(node));
            }
        }

        return items;
    }

    private static BaseEntry ReadBase(YamlReader reader, YamlNode node, HashSet<string> names)
    {
        var entry = reader.Mapping(node, "a base", "name", "path", "replicas", "max_replicas", "tool_parser");
        string name = reader.Name(node, entry, "a base", names, NamesAmong);
        string what = $"base {name}";
        int? replicas = entry.TryGetValue("replicas", out var r) ? reader.Integer(r, $"{what}: replicas", 0, CatalogueLimits.BaseReplicas) : null;
        int? most = entry.TryGetValue("max_replicas", out var m)
            ? reader.Integer(m, $"{what}: max_replicas", Math.Max(1, replicas ?? 1), CatalogueLimits.BaseReplicas)
            : null;
        return new BaseEntry(name, reader.FolderOrUri(reader.Required(node, entry, "path", what), $"{what}: path"))
        {
            // Who says how many at most does not mean all.
            Replicas = replicas ?? (most is null ? null : 1),
            MaxReplicas = most,
            ToolParser = entry.TryGetValue("tool_parser", out var p) ? ReadToolParser(reader, p, $"{what}: tool_parser") : null,
        };
    }

    /// <summary>Which ones there are, routers know.</summary>
    private static string ReadToolParser(YamlReader reader, YamlNode node, string what)
    {
        string name = reader.Text(node, what);
        return IsName(name) ? name : throw reader.Error(node, $"{what} must have {NameForm}");
    }

    private static ExpertEntry ReadExpert(YamlReader reader, YamlNode node, HashSet<string> names, HashSet<string> bases)
    {
        if (RemoteReader.IsRemote(node))
        {
            return RemoteReader.Read(reader, node, names, NamesAmong);
        }

        var entry = reader.Mapping(
            node, "an expert", "name", "base", "adapter", RemoteReader.Key, "description", "examples", "keywords", "replicas", "max_replicas", "hosts", "labels", "pinned", "cost", "canary", "shadow");
        string name = reader.Name(node, entry, "an expert", names, NamesAmong);
        string what = $"expert {name}";
        var baseNode = reader.Required(node, entry, "base", what);
        string baseName = reader.Text(baseNode, $"{what}: base");
        if (!bases.Contains(baseName))
        {
            throw reader.Error(baseNode, $"{what}: base '{baseName}' is not one of the bases: {string.Join(", ", bases.Order())}");
        }

        foreach (string key in (ReadOnlySpan<string>)["canary", "shadow"])
        {
            if (entry.TryGetValue(key, out var version) && !entry.ContainsKey("adapter"))
            {
                throw reader.Error(version, $"{what}: {key} stands beside no adapter; only an expert with an adapter of its own has versions");
            }
        }

        int replicas = entry.TryGetValue("replicas", out var r) ? reader.Integer(r, $"{what}: replicas", 0, CatalogueLimits.Replicas) : 1;
        return new ExpertEntry
        {
            Name = name,
            Base = baseName,
            Adapter = entry.TryGetValue("adapter", out var a) ? reader.FolderOrUri(a, $"{what}: adapter") : null,
            Description = entry.TryGetValue("description", out var d) ? reader.Text(d, $"{what}: description") : "",
            Examples = entry.TryGetValue("examples", out var e) ? reader.ExistingFile(e, $"{what}: examples") : null,
            Keywords = reader.Texts(entry, "keywords", what, "a keyword", CatalogueLimits.Keywords),
            Replicas = replicas,
            MaxReplicas = entry.TryGetValue("max_replicas", out var m)
                ? reader.Integer(m, $"{what}: max_replicas", Math.Max(1, replicas), CatalogueLimits.Replicas)
                : CatalogueLimits.Replicas,
            Hosts = reader.Texts(entry, "hosts", what, "a host", CatalogueLimits.Replicas),
            Labels = reader.Labels(entry, "labels", what),
            Pinned = entry.TryGetValue("pinned", out var p) && reader.Boolean(p, $"{what}: pinned"),
            Cost = entry.TryGetValue("cost", out var c) ? reader.Amount(c, $"{what}: cost") : null,
            Canary = ReadVersion(reader, entry, "canary", what, least: 0, otherwise: 0),
            Shadow = ReadVersion(reader, entry, "shadow", what, least: 1, otherwise: 100),
        };
    }

    private static VersionEntry? ReadVersion(
        YamlReader reader, Dictionary<string, YamlNode> expert, string key, string what, int least, int otherwise)
    {
        if (!expert.TryGetValue(key, out var node))
        {
            return null;
        }

        what = $"{what}: {key}";
        var entry = reader.Mapping(node, what, "adapter", "percent");
        return new VersionEntry(
            reader.FolderOrUri(reader.Required(node, entry, "adapter", what), $"{what}: adapter"),
            entry.TryGetValue("percent", out var p) ? reader.Integer(p, $"{what}: percent", least, 100) : otherwise);
    }
}
