using System.Text.Json.Nodes;
using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.SystemTests.Support;

/// <summary>A prepared folder that somebody changed and gave new digests: what digests don't tell, whoever reads the files has to.</summary>
internal static class Resealed
{
    /// <param name="prepared">The folder; its own copy.</param>
    /// <param name="pattern">A file of it, as <see cref="PreparedDemo.FileOf"/> has it.</param>
    /// <param name="change">Gets its path.</param>
    public static void Change(string prepared, string pattern, Action<string> change)
    {
        string file = PreparedDemo.FileOf(prepared, pattern);
        change(file);
        if (Path.Combine(Path.GetDirectoryName(file)!, "base.json") is var manifest && manifest != file && File.Exists(manifest))
        {
            Describe(manifest, file);
        }

        var catalogue = PreparedCatalogue.Load(prepared);
        (catalogue with
        {
            Bases = [.. catalogue.Bases.Select(b => b with { Folder = Again(b.Folder) })],
            Gates = catalogue.Gates is { } gates ? Again(gates) : null,
        }).Save(prepared);
    }

    /// <summary>What lies in a folder now, under the name that it then has.</summary>
    public static PreparedFolder Again(PreparedFolder folder)
    {
        var anew = PreparedFolder.Of(folder.Path.Split('/')[0], Directory.EnumerateFiles(folder.Location, "*", SearchOption.AllDirectories)
            .Select(path => PreparedFile.Describe(path, Path.GetRelativePath(folder.Location, path))));
        if (anew.Path != folder.Path)
        {
            Directory.Move(folder.Location, Path.Combine(folder.Root, anew.Path));
        }

        return anew with { Root = folder.Root };
    }

    private static void Describe(string manifest, string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(manifest))!;
        var entry = json["files"]!.AsArray().Single(f => (string)f!["name"]! == Path.GetFileName(file))!;
        var now = PreparedFile.Describe(file, Path.GetFileName(file));
        (entry["bytes"], entry["sha256"]) = (now.Bytes, now.Sha256);
        File.WriteAllText(manifest, json.ToJsonString());
    }
}
