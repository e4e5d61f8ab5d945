using ExpertCluster.Drills.Support;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Drills;

/// <summary>A base whose opening ends the whole process: after three of them the host starts without it, and serves its other base.</summary>
[Collection(nameof(Alone))]
public sealed class MortalBaseTests
{
    private const int Deaths = 3;

    [Fact(Timeout = 180_000)]
    public async Task ABaseEndsItsHost_TheFourthStartServesTheOther()
    {
        using var folder = new TemporaryFolder();
        string prepared = await PrepareAsync(folder);
        await using var cluster = await DrillCluster.StartAsync(new DrillShape("redis", Hosts: 1)
        {
            Host = Node.MortalHost,
            Settings = new Dictionary<string, string> { ["PREPARED"] = prepared, ["CLUSTERING__STATEFOLDER"] = folder["state"] },
        });
        var host = cluster.Hosts[0];

        for (int i = 0; i < Deaths; i++)
        {
            await host.ExitedAsync();
            host.Restart();
        }

        await host.ReadyAsync();
        await cluster.Router.ReadyAsync();
        var answer = await cluster.Client.AskAsync(Requests.Chat("sound", "Hello!"));
        Assert.NotEqual("", answer.Text);
        Assert.Contains($"base xyzzy is not opened: each of its last {Deaths} openings here ended the whole process", host.Output, StringComparison.Ordinal);
    }

    /// <summary>Two bases whose content differs by a blank.</summary>
    private static async Task<string> PrepareAsync(TemporaryFolder folder)
    {
        string demo = RepositoryRoot.Combine("models", "demo", "base");
        Directory.CreateDirectory(folder["other"]);
        foreach (string file in Directory.EnumerateFiles(demo))
        {
            File.Copy(file, Path.Combine(folder["other"], Path.GetFileName(file)));
        }

        await File.AppendAllTextAsync(Path.Combine(folder["other"], "config.json"), " ");
        await File.WriteAllTextAsync(folder["experts.yaml"], $"bases: [{{name: xyzzy, path: {folder["other"]}}}, {{name: sound, path: {demo}}}]\n");
        await DrillCatalogue.PrepareAsync(folder["experts.yaml"], folder["prepared"], TestContext.Current.CancellationToken);
        return folder["prepared"];
    }
}
