using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>The catalogue of a running cluster is edited: experts come, change and go while streams run.</summary>
public sealed class LivingCatalogueTests : IDisposable
{
    private const string CodeQuestion = "From which module comes the function skobrur_fn?";

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();

    public LivingCatalogueTests()
    {
        foreach (string expert in (string[])["law", "finance", "code"])
        {
            CopyAdapter(expert, expert);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Up_CatalogueIsEdited_ExpertsComeChangeAndGoAndNoStreamIsLost()
    {
        Write("law", "finance");
        await using var cluster = await TestCluster.StartAsync("--hosts", "2", "--config", _folder["experts.yaml"]);
        using var running = cluster.Client.Complete(Endless("finance"), cancellationToken: _cancellation);
        Assert.True(await running.ResponseStream.MoveNext(_cancellation));

        // Comes: by name, then by what is asked.
        Write("law", "finance", "code");
        await Gauges.UntilAsync(async () => (await cluster.Client.TryAskAsync("code", CodeQuestion))?.Plan.Experts[0].Name == "code");
        await Gauges.UntilAsync(async () => (await cluster.Client.TryAskAsync("auto", CodeQuestion))?.Plan.Experts[0].Name == "code");

        // An edit that can't be used changes nothing.
        string good = File.ReadAllText(_folder["experts.yaml"]);
        File.WriteAllText(_folder["experts.yaml"], good.Replace("name: law", "nmae: law", StringComparison.Ordinal));
        await Gauges.UntilAsync(() => Task.FromResult(cluster.ErrorLines.Any(line => line.EndsWith(
            "experts.yaml:8: an expert has an unknown key 'nmae'; known are name, base, adapter, remote, description, examples, keywords, replicas, max_replicas, hosts, labels, pinned, cost, canary, shadow; the catalogue stays as it was", StringComparison.Ordinal))));
        var before = (await cluster.Client.TryAskAsync("law", "Which court decides on the Kolar lease?"))!.Plan.Experts[0];
        Assert.Matches("^[0-9a-f]{32}$", before.Revision);

        // Another content under the name is another revision, and the name never has two.
        CopyAdapter("code", to: "law");
        File.WriteAllText(_folder["experts.yaml"], good);
        await Gauges.UntilAsync(async () => (await cluster.Client.TryAskAsync("law", CodeQuestion))?.Plan.Experts[0].Revision != before.Revision);
        Assert.Equal((await cluster.Client.AskAsync(Requests.Chat("code", CodeQuestion))).Text, (await cluster.Client.AskAsync(Requests.Chat("law", CodeQuestion))).Text);

        // Goes: at once for those who ask, in peace for who is being answered.
        Write("law", "code");
        await Gauges.UntilAsync(async () => await cluster.Client.TryAskAsync("finance", "Who audits Lonfunr Ltd?") is null);
        CompleteChunk? last = null;
        await foreach (var chunk in running.ResponseStream.ReadAllAsync(_cancellation))
        {
            last = chunk;
        }

        Assert.Equal((FinishReason.Length, 900), (last!.FinishReason, last.Usage.CompletionTokens));
        var models = await cluster.Client.ListModelsAsync(new ListModelsRequest(), cancellationToken: _cancellation);
        Assert.Equal(["code", "demo", "general", "law"], models.Models.Select(m => m.Name).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await cluster.TerminateAsync()).ExitCode);
    }

    private static CompleteRequest Endless(string expert)
    {
        var request = Requests.Endless(seed: 5);
        request.Model = expert;
        return request;
    }

    private void CopyAdapter(string expert, string to)
    {
        string source = RepositoryRoot.Combine("models", "demo", "adapters", expert);
        Directory.CreateDirectory(_folder[to]);
        foreach (string file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(_folder[to], Path.GetFileName(file)), overwrite: true);
        }
    }

    private void Write(params string[] experts)
    {
        string models = RepositoryRoot.Combine("models", "demo");
        string adapted = string.Concat(experts.Select(e => $"  - name: {e}\n    base: demo\n    adapter: {e}\n    examples: {models}/examples/{e}.txt\n"));
        File.WriteAllText(
            _folder["experts.yaml"],
            $"bases:\n  - name: demo\n    path: {models}/base\nexperts:\n  - name: general\n    base: demo\n    examples: {models}/examples/general.txt\n{adapted}");
    }
}
