using System.Text;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Node.Exit;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.TestSupport;
using Grpc.Core;

namespace ExpertCluster.SystemTests;

/// <summary>
/// A start that fails on what it was given ends with one sentence, which names base and file, and with 2; never with 0, a stack, or not at all. What is
/// wrong with one base is no other's end.
/// </summary>
public sealed class BrokenStartTests(PreparedDemo demo) : IClassFixture<PreparedDemo>, IDisposable
{
    private const string RequestGate = "gates/*/request/ngrams.bin";
    private const string TokenGate = "gates/*/token/demo/gate.onnx";

    private readonly TemporaryFolder _folder = new();

    private string Prepared => _folder["prepared"];

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = 120_000)]
    [InlineData("ExpertHost", "bases/*/flat.onnx", "fifo", "base demo: flat.onnx is no regular file")]
    [InlineData("ExpertHost", "bases/*/weights.bin", "folder", "base demo: weights.bin is no regular file")]
    [InlineData("ExpertHost", "bases/*/tokenizer.json", "socket", "base demo: tokenizer.json is no regular file")]
    [InlineData("ExpertHost", "bases/*/base.json", "device", "base demo: base.json is a link that leaves the prepared folder")]
    [InlineData("ExpertHost", TokenGate, "fifo", "the token gate of base demo: token/demo/gate.onnx is no regular file")]
    [InlineData("ExpertHost", "prepared.json", "fifo", "prepared.json is no regular file but a FIFO")]
    [InlineData("Router", RequestGate, "fifo", "the request gate: request/ngrams.bin is no regular file")]
    [InlineData("Router", "prepared.json", "socket", "prepared.json is no regular file but a socket")]
    public async Task Start_NoFileInAFilesPlace_EndsWithOneSentence(string program, string file, string kind, string sentence)
    {
        PreparedDemo.CopyFolder(demo.Path, Prepared);
        SpecialFile.Put(PreparedDemo.FileOf(Prepared, file), kind);

        await EndsWithOneSentenceAsync(program, sentence);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("Router", TokenGate, RequestGate, "the request gate: request/ngrams.bin has ")]
    [InlineData("ExpertHost", RequestGate, TokenGate, "the token gate of base demo: token/demo/gate.onnx has ")]
    public async Task Start_GateOfAnother_EndsWithOneSentence(string program, string from, string to, string sentence)
    {
        PreparedDemo.CopyFolder(demo.Path, Prepared);
        File.Copy(PreparedDemo.FileOf(Prepared, from), PreparedDemo.FileOf(Prepared, to), overwrite: true);

        await EndsWithOneSentenceAsync(program, sentence);
    }

    /// <summary>With digests that fit.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData("ExpertHost", "bases/*/flat.onnx", "cut", "base demo can't be loaded: flat.onnx: ")]
    [InlineData("ExpertHost", "bases/*/flat.onnx", "RotaryEmbedding", "base demo can't be loaded: ")]
    [InlineData("ExpertHost", "bases/*/weights.bin", "cut", "base demo can't be loaded: flat.onnx: embedding: lies outside weights.bin")]
    [InlineData("ExpertHost", "bases/*/tokenizer.json", "cut", "tokenizer.json: (file): is not JSON")]
    [InlineData("ExpertHost", TokenGate, "cut", "gate.onnx: is not an ONNX model")]
    [InlineData("ExpertHost", TokenGate, "Softmax", "base demo can't be loaded: ")]
    [InlineData("ExpertHost", "gates/*/token/demo/gate.json", "null", "gate.json: null")]
    [InlineData("Router", RequestGate, "cut", "the request gate can't be used: ")]
    [InlineData("Router", RequestGate, "XCNGRAMS", "the request gate can't be used: ")]
    [InlineData("Router", "gates/*/request/gate.json", "[", "the request gate can't be used: ")]
    public async Task Start_FileThatSaysWhatItShouldNot_EndsWithOneSentence(string program, string file, string change, string sentence)
    {
        PreparedDemo.CopyFolder(demo.Path, Prepared);
        Resealed.Change(Prepared, file, path =>
        {
            string text = File.ReadAllText(path, Encoding.Latin1);
            File.WriteAllText(
                path,
                change == "cut" ? text[..Math.Min(1_000, text.Length / 2)] : text.Contains(change, StringComparison.Ordinal) ? text.Replace(change, change[..^1] + '_', StringComparison.Ordinal) : change,
                Encoding.Latin1);
        });

        await EndsWithOneSentenceAsync(program, sentence);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("Router")]
    [InlineData("ExpertHost")]
    public async Task Start_InAFolderThatIsGone_EndsWithOneSentence(string program)
    {
        string gone = Directory.CreateDirectory(_folder["gone"]).FullName;

        var (code, output, errors) = await Tool.TryAsync(
            "bash", ["-c", $"rmdir {gone} && exec dotnet exec {TestCluster.ProgramPath(program)}"], gone, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((NodeExitCodes.Refused, ""), (code, output));
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A base of 16 bits is widened into a file of the folder for temporary ones.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Start_NoRoomForTheWideWeights_EndsWithOneSentence()
    {
        var import = await ProgramRun.ToEndAsync("Cli", [], "import", DemoModels.Path("base"), _folder["half"], "--quantize", "f16");
        Assert.True(import.Code == 0, import.Errors);
        File.WriteAllText(_folder["experts.yaml"], "bases:\n  - name: half\n    path: half\n");
        var prepare = await PreparedDemo.PrepareAsync(_folder["experts.yaml"], Prepared, _folder["cache"]);
        Assert.True(prepare.Code == 0, prepare.Errors);

        await EndsWithOneSentenceAsync("ExpertHost", $"base half can't be loaded: the float16 weights can't be widened into {_folder["nowhere"]}/ (TMPDIR): ", ("TMPDIR", _folder["nowhere"]));
    }

    [Fact(Timeout = 120_000)]
    public async Task Start_MembersFileThatIsNone_EndsWithOneSentence()
    {
        PreparedDemo.CopyFolder(demo.Path, Prepared);
        SpecialFile.Put(_folder["members.json"], "fifo");

        await EndsWithOneSentenceAsync("Router", $"{_folder["members.json"]} is no regular file but a FIFO");
    }

    [Fact(Timeout = 120_000)]
    public async Task Start_OneBrokenBaseOfTwo_ServesTheOtherAndSaysSo()
    {
        PreparedDemo.CopyFolder(demo.Path, Prepared);
        AddBrokenTwin();
        await using var nodes = await NodeGroup.StartAsync(Prepared, Prepared);

        Assert.NotEmpty((await nodes.Client.AskAsync(Requests.Chat("demo", "Who decides?", 4))).Tokens);
        Assert.NotEmpty((await nodes.Client.AskAsync(Requests.Chat("law", "Who decides?", 4))).Tokens);
        var error = await Assert.ThrowsAsync<RpcException>(() => nodes.Client.AskAsync(Requests.Chat("twin", "Who decides?", 4)));

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("twin", error.Status.Detail, StringComparison.Ordinal);
        string log = await nodes.StopAsync();
        Assert.Equal(1, log.Split("base twin: tokenizer.json is not what was prepared").Length - 1);
    }

    /// <summary>A second base beside the demo's, of the same files but one, in which a byte is flipped.</summary>
    private void AddBrokenTwin()
    {
        var catalogue = PreparedCatalogue.Load(Prepared);
        var one = catalogue.Bases.Single();
        var draft = one.Folder with { Path = "bases/draft" };
        PreparedDemo.CopyFolder(one.Folder.Location, draft.Location);
        File.AppendAllText(Path.Combine(draft.Location, "tokenizer.json"), "\n");
        var twin = Resealed.Again(draft);
        PreparedDemo.FlipByte(Path.Combine(twin.Location, "tokenizer.json"));
        (catalogue with
        {
            Bases = [new PreparedBase("twin", twin, HasTokenGate: false), one],
            Experts = [.. catalogue.Experts, new PreparedExpert { Name = "twin", Base = "twin" }],
        }).Save(Prepared);
    }

    private async Task EndsWithOneSentenceAsync(string program, string sentence, params (string Name, string? Value)[] environment)
    {
        var run = await ProgramRun.ToEndAsync(program, [.. NodeGroup.Settings("node", Prepared, FreePorts.Take(4)), .. environment]);

        Assert.Equal(NodeExitCodes.Refused, run.Code);
        Assert.Contains(sentence, Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("BackgroundService", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }
}
