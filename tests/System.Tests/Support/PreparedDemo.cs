using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests.Support;

/// <summary>
/// The demo's catalogue, prepared where nobody else looks: from a copy of the models, with a cache of its own. Both are gone
/// when it is handed out.
/// </summary>
public sealed class PreparedDemo : IAsyncLifetime
{
    private readonly TemporaryFolder _temporary = new();

    /// <summary>Of the prepared folder; tests copy it and leave it alone.</summary>
    public string Path => _temporary["prepared"];

    public async ValueTask InitializeAsync()
    {
        string models = _temporary["models"];
        CopyFolder(DemoModels.Path(), models);
        var run = await PrepareAsync(System.IO.Path.Combine(models, "experts.yaml"), Path, _temporary["cache"]);
        Assert.True(run.Code == 0, run.Errors);
        Directory.Delete(models, recursive: true);
        Directory.Delete(_temporary["cache"], recursive: true);
    }

    public ValueTask DisposeAsync()
    {
        _temporary.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static Task<ProgramRun> PrepareAsync(string config, string output, string cache) =>
        ProgramRun.ToEndAsync("Cli", [("EXPERTCLUSTER_CACHE", cache)], "prepare", "--config", config, output);

    internal static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = System.IO.Path.Combine(to, System.IO.Path.GetRelativePath(from, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>The one file below a prepared folder that a pattern means, as in "bases/*/weights.bin".</summary>
    internal static string FileOf(string prepared, string pattern)
    {
        string[] parts = pattern.Split('/');
        return parts.Length == 1
            ? System.IO.Path.Combine(prepared, pattern)
            : System.IO.Path.Combine([Directory.GetDirectories(System.IO.Path.Combine(prepared, parts[0])).Single(), .. parts[2..]]);
    }

    internal static void FlipByte(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
