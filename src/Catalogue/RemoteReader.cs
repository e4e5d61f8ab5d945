using ExpertCluster.Contracts.Routing;
using YamlDotNet.RepresentationModel;

namespace ExpertCluster.Catalogue;

/// <summary>Reads experts of experts.yaml that somebody else serves: those with a section `remote`.</summary>
internal static class RemoteReader
{
    public const string Key = "remote";

    public static bool IsRemote(YamlNode node) => node is YamlMappingNode mapping && mapping.Children.Keys.Any(k => k is YamlScalarNode { Value: Key });

    /// <inheritdoc cref="EncoderReader.Read"/>
    public static ExpertEntry Read(YamlReader reader, YamlNode node, HashSet<string> names, string among)
    {
        var entry = reader.Mapping(node, "a remote expert", "name", Key, "description", "examples", "keywords", "labels", "cost");
        string name = reader.Name(node, entry, "a remote expert", names, among);
        string what = $"expert {name}";
        return new ExpertEntry
        {
            Name = name,
            Base = name,
            Remote = ReadModel(reader, entry[Key], $"{what}: {Key}"),
            Description = entry.TryGetValue("description", out var d) ? reader.Text(d, $"{what}: description") : "",
            Examples = entry.TryGetValue("examples", out var e) ? reader.ExistingFile(e, $"{what}: examples") : null,
            Keywords = reader.Texts(entry, "keywords", what, "a keyword", CatalogueLimits.Keywords),
            Labels = reader.Labels(entry, "labels", what),
            Cost = entry.TryGetValue("cost", out var c) ? reader.Amount(c, $"{what}: cost") : null,
        };
    }

    private static RemoteModel ReadModel(YamlReader reader, YamlNode node, string what)
    {
        var entry = reader.Mapping(
            node, what, "url", "model", "key_variable", "key_file", "first_seconds", "idle_seconds", "attempts", "max_concurrent", "budget_tokens", "budget_hours");
        if (entry.TryGetValue("key_file", out var file) && entry.ContainsKey("key_variable"))
        {
            throw reader.Error(file, $"{what}: key_file stands beside key_variable; one of the two is taken");
        }

        var usual = new RemoteModel { Url = "", Model = "" };
        return new RemoteModel
        {
            Url = ReadUrl(reader, reader.Required(node, entry, "url", what), $"{what}: url"),
            Model = reader.Text(reader.Required(node, entry, "model", what), $"{what}: model"),
            KeyVariable = entry.TryGetValue("key_variable", out var v) ? ReadVariable(reader, v, $"{what}: key_variable") : "",
            KeyFile = file is null ? "" : ReadPath(reader, file, $"{what}: key_file"),
            FirstSeconds = Number("first_seconds", usual.FirstSeconds, RemoteModel.LongestSeconds),
            IdleSeconds = Number("idle_seconds", usual.IdleSeconds, RemoteModel.LongestSeconds),
            Attempts = Number("attempts", usual.Attempts, RemoteModel.MostAttempts),
            MaxConcurrent = Number("max_concurrent", usual.MaxConcurrent, RemoteModel.MostAtOnce),
            BudgetTokens = entry.TryGetValue("budget_tokens", out var b) ? reader.Whole(b, $"{what}: budget_tokens", 1, RemoteModel.MostBudgetTokens) : 0,
            BudgetHours = Number("budget_hours", usual.BudgetHours, RemoteModel.LongestBudgetHours),
        };

        int Number(string key, int otherwise, int most) => entry.TryGetValue(key, out var number) ? reader.Integer(number, $"{what}: {key}", 1, most) : otherwise;
    }

    /// <summary>Without the slash at its end.</summary>
    private static string ReadUrl(YamlReader reader, YamlNode node, string what)
    {
        string text = reader.Text(node, what);
        return HttpRoot.Of(text) is not null
            ? text.TrimEnd('/')
            : throw reader.Error(node, $"{what} must be http://HOST or https://HOST, with a port and a path where they are needed, and without a user, a query or a fragment");
    }

    /// <summary>What is no name may be the key itself: it is not repeated.</summary>
    private static string ReadVariable(YamlReader reader, YamlNode node, string what)
    {
        string text = reader.Text(node, what);
        return text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(text[0]) && text.Length <= CatalogueLimits.NameLength
            ? text
            : throw reader.Error(node, $"{what} must be the name of an environment variable: 1 to {CatalogueLimits.NameLength} letters, digits or '_', no digit first");
    }

    /// <summary>Of routers' disks: whoever prepares may not have it.</summary>
    private static string ReadPath(YamlReader reader, YamlNode node, string what)
    {
        string text = reader.Text(node, what);
        return text.Contains('\0', StringComparison.Ordinal) ? throw reader.Error(node, $"{what} holds the character NUL")
            : Path.IsPathRooted(text) ? text
            : throw reader.Error(node, $"{what} must be an absolute path, on the routers");
    }
}
