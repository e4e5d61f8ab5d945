using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

[assembly: AssemblyFixture(typeof(PreparedDemo.Once))]

namespace ExpertCluster.SystemTests.Support;

/// <summary>
/// The demo's catalogue, prepared where nobody else looks: from a copy of the models, with a cache of its own. Both are gone
/// when it is handed out. Made once for all tests, when the first of them asks: its gates take long.
/// </summary>
public sealed class PreparedDemo(PreparedDemo.Once once) : IAsyncLifetime
{
    private string? _path;

    /// <summary>Of the prepared folder; tests copy it and leave it alone.</summary>
    public string Path => _path!;

    public async ValueTask InitializeAsync() => _path = await once.PathAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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

    /// <summary>What all fixtures of the kind share.</summary>
    public sealed class Once : IDisposable
    {
        private readonly TemporaryFolder _temporary = new();
        private readonly Lazy<Task<string>> _made;

        public Once() => _made = new(MakeAsync);

        public Task<string> PathAsync() => _made.Value;

        public void Dispose() => _temporary.Dispose();

        private async Task<string> MakeAsync()
        {
            string models = _temporary["models"];
            CopyFolder(DemoModels.Path(), models);
            var run = await PrepareAsync(System.IO.Path.Combine(models, "experts.yaml"), _temporary["prepared"], _temporary["cache"]);
            Assert.True(run.Code == 0, run.Errors);
            Directory.Delete(models, recursive: true);
            Directory.Delete(_temporary["cache"], recursive: true);
            return _temporary["prepared"];
        }
    }
}
