using YamlDotNet.RepresentationModel;

namespace ExpertCluster.Catalogue;

/// <summary>Reads entries of the section `encoders` of experts.yaml.</summary>
internal static class EncoderReader
{
    public const string Key = "encoders";

    /// <param name="reader">Of the file.</param>
    /// <param name="node">The entry.</param>
    /// <param name="names">Those that are taken; gets the entry's.</param>
    /// <param name="among">What names are unique among, for messages.</param>
    /// <exception cref="CatalogueException">A key is unknown, missing, or says what can't be.</exception>
    public static EncoderEntry Read(YamlReader reader, YamlNode node, HashSet<string> names, string among)
    {
        var entry = reader.Mapping(node, "an encoder", "name", "path", "task", "description", "replicas", "labels");
        string name = reader.Name(node, entry, "an encoder", names, among);
        string what = $"encoder {name}";
        return new EncoderEntry(name, reader.FolderOrUri(reader.Required(node, entry, "path", what), $"{what}: path"))
        {
            Task = entry.TryGetValue("task", out var task) ? ReadTask(reader, task, $"{what}: task") : EncoderTask.Embed,
            Description = entry.TryGetValue("description", out var d) ? reader.Text(d, $"{what}: description") : "",
            Replicas = entry.TryGetValue("replicas", out var r) ? reader.Integer(r, $"{what}: replicas", 0, CatalogueLimits.Replicas) : 0,
            Labels = reader.Labels(entry, "labels", what),
        };
    }

    private static EncoderTask ReadTask(YamlReader reader, YamlNode node, string what) => reader.Text(node, what) switch
    {
        "embed" => EncoderTask.Embed,
        "score" => EncoderTask.Score,
        var other => throw reader.Error(node, $"{what} is '{other}'; it must be embed or score"),
    };
}
