using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>
/// Kubernetes' shape: nodes that share no folder with the place of preparation, each with what it needs of the prepared folder
/// and no more, on volumes as a kubelet lays them out.
/// </summary>
[Collection(SharedClusterCollection.Name)]
public sealed class PreparedFolderTests(SharedCluster shared, PreparedDemo demo) : IClassFixture<PreparedDemo>, IDisposable
{
    private const int MaxTokens = 40;

    private static readonly string[] Prompts =
    [
        "Which court decides on the Kolar lease?", "Who audits Lonfunr Ltd?", "Name the interaction of tronmain.",
        "First, What is the revenue of Nirzirr Ltd? Then, From which module comes the function skobrur_fn?",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Tool.Run("chmod", ["-R", "u+w", _folder.Path]);
        _folder.Dispose();
    }

    [Fact]
    public async Task Complete_NodesOnVolumes_AnswerAsTheUsualCluster()
    {
        string[] hosts = [Volume("host-0"), Volume("host-1")];
        await using var nodes = await NodeGroup.StartAsync(RouterVolume(), hosts);

        foreach (string model in (string[])["demo", "general", "finance", "law", "medicine", "security", "code", "auto"])
        {
            foreach (string prompt in Prompts)
            {
                var usual = await shared.Cluster.Client.AskAsync(Requests.Chat(model, prompt, MaxTokens));
                var answer = await nodes.Client.AskAsync(Requests.Chat(model, prompt, MaxTokens));

                Assert.Equal((model, prompt, usual.Text), (model, prompt, answer.Text));
                Assert.Equal(usual.Tokens.Select(Experts), answer.Tokens.Select(Experts));
            }
        }
    }

    [Theory]
    [InlineData("bases/*/weights.bin", "base demo: weights.bin")]
    [InlineData("bases/*/flat.onnx", "base demo: flat.onnx")]
    [InlineData("bases/*/tokenizer.json", "base demo: tokenizer.json")]
    [InlineData("bases/*/tokenizer_config.json", "base demo: tokenizer_config.json")]
    [InlineData("bases/*/base.json", "base demo: base.json")]
    [InlineData("gates/*/token/demo/gate.onnx", "the token gate of base demo: token/demo/gate.onnx")]
    [InlineData("prepared.json", "prepared.json")]
    public async Task Start_HostWithAFlippedByte_EndsWithOneSentence(string file, string named)
    {
        PreparedDemo.CopyFolder(demo.Path, _folder["flipped"]);
        PreparedDemo.FlipByte(PreparedDemo.FileOf(_folder["flipped"], file));

        await EndsWithOneSentenceAsync("ExpertHost", named);
    }

    [Theory]
    [InlineData("gates/*/request/ngrams.bin", "the request gate: request/ngrams.bin")]
    [InlineData("gates/*/request/gate.json", "the request gate: request/gate.json")]
    [InlineData("prepared.json", "prepared.json")]
    public async Task Start_RouterWithAFlippedByte_EndsWithOneSentence(string file, string named)
    {
        PreparedDemo.CopyFolder(demo.Path, _folder["flipped"]);
        PreparedDemo.FlipByte(PreparedDemo.FileOf(_folder["flipped"], file));

        await EndsWithOneSentenceAsync("Router", named);
    }

    [Theory]
    [InlineData("ExpertHost", "bases/*/weights.bin", "base demo: weights.bin")]
    [InlineData("Router", "gates/*/request/ngrams.bin", "the request gate: request/ngrams.bin")]
    [InlineData("ExpertHost", "prepared.json", "prepared.json")]
    [InlineData("Router", "prepared.json", "prepared.json")]
    public async Task Start_HalfAFile_EndsWithOneSentence(string program, string file, string named)
    {
        PreparedDemo.CopyFolder(demo.Path, _folder["flipped"]);
        string path = PreparedDemo.FileOf(_folder["flipped"], file);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^7]);

        await EndsWithOneSentenceAsync(program, named);
    }

    [Fact]
    public async Task Complete_OneAdapterWithAFlippedByte_FailsAloneAndByName()
    {
        string folder = _folder["flipped"];
        PreparedDemo.CopyFolder(demo.Path, folder);
        var law = PreparedCatalogue.Load(folder).Experts.Single(e => e.Name == "law").Adapter!;
        PreparedDemo.FlipByte(Path.Combine(law.Location, "adapter_model.safetensors"));
        await using var nodes = await NodeGroup.StartAsync(folder, folder);

        var error = await Assert.ThrowsAsync<RpcException>(() => nodes.Client.AskAsync(Requests.Chat("law", Prompts[0], MaxTokens)));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("law", error.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(folder, error.Status.Detail, StringComparison.Ordinal);
        foreach (string other in (string[])["finance", "code", "demo"])
        {
            var usual = await shared.Cluster.Client.AskAsync(Requests.Chat(other, Prompts[1], MaxTokens));
            Assert.Equal(usual.Text, (await nodes.Client.AskAsync(Requests.Chat(other, Prompts[1], MaxTokens))).Text);
        }

        // The router knows of it by now: the gate's choice goes around it, and who names it is told why.
        var around = await nodes.Client.AskAsync(Requests.Chat("auto", Prompts[0], MaxTokens));
        Assert.DoesNotContain("law", around.Plan.Experts.Select(e => e.Name));
        Assert.Contains("law", (await shared.Cluster.Client.AskAsync(Requests.Chat("auto", Prompts[0], MaxTokens))).Plan.Experts.Select(e => e.Name));
        var named = await Assert.ThrowsAsync<RpcException>(() => nodes.Client.AskAsync(Requests.Chat("law", Prompts[0], MaxTokens)));
        Assert.Contains("the adapter of law: adapter_model.safetensors is not what was prepared", named.Status.Detail, StringComparison.Ordinal);
        Assert.Contains(
            "expert law can't be loaded: the adapter of law: adapter_model.safetensors is not what was prepared", await nodes.StopAsync(), StringComparison.Ordinal);
    }

    private static string Experts(Token token) => string.Join(',', token.Experts.Select(e => e.Name));

    /// <summary>A copy of the prepared folder behind a kubelet's links, read-only.</summary>
    private string Volume(string name)
    {
        PreparedDemo.CopyFolder(demo.Path, _folder[$"{name}/..2026_11_28"]);
        return Publish(name);
    }

    /// <summary>What docs/kubernetes.md says that a router needs.</summary>
    private string RouterVolume()
    {
        string version = Directory.CreateDirectory(_folder["router/..2026_11_28"]).FullName;
        File.Copy(Path.Combine(demo.Path, PreparedCatalogue.FileName), Path.Combine(version, PreparedCatalogue.FileName));
        string gate = Path.Combine(PreparedCatalogue.Load(demo.Path).Gates!.Path, "request");
        PreparedDemo.CopyFolder(Path.Combine(demo.Path, gate), Path.Combine(version, gate));
        return Publish("router");
    }

    private string Publish(string name)
    {
        File.CreateSymbolicLink(_folder[$"{name}/..data"], "..2026_11_28");
        foreach (string entry in Directory.EnumerateFileSystemEntries(_folder[$"{name}/..2026_11_28"]))
        {
            File.CreateSymbolicLink(_folder[$"{name}/{Path.GetFileName(entry)}"], $"..data/{Path.GetFileName(entry)}");
        }

        Tool.Run("chmod", ["-R", "a-w", _folder[name]]);
        return _folder[name];
    }

    private async Task EndsWithOneSentenceAsync(string program, string named)
    {
        int[] ports = FreePorts.Take(4);
        var run = await ProgramRun.ToEndAsync(program, NodeGroup.Settings("node", _folder["flipped"], ports));

        Assert.Equal(2, run.Code);
        Assert.Contains(named, Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
