using System.Text.Json;
using ExpertCluster.Learning;
using ExpertCluster.TestSupport;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Gating.Tests.Support;

/// <summary>The gates of the demo's catalogue, trained once for all tests that ask for them.</summary>
public sealed class DemoGates : IDisposable
{
    public static readonly string[] Fields = ["finance", "law", "medicine", "security", "code"];

    private readonly TemporaryFolder _folder = new();

    public DemoGates()
    {
        Tokenizer = Tokenizer.Load(RepositoryRoot.Combine("models", "demo", "base", "tokenizer.json"));
        Assert.True(Tokenizer.TryGetId("<|end|>", out int end));
        Chat = new ChatEncoding(Prompt, text => Tokenizer.Encode(text), end);
        Report = GateTrainer.Train(Set(), Directory);
    }

    public string Directory => _folder["gates"];

    public Tokenizer Tokenizer { get; }

    public ChatEncoding Chat { get; }

    public GateTrainingReport Report { get; }

    public static IReadOnlyList<EvaluationRow> Rows(string set) =>
        [.. File.ReadLines(RepositoryRoot.Combine("models", "demo", "eval", set + ".jsonl")).Select(l => JsonSerializer.Deserialize<EvaluationRow>(l, JsonSerializerOptions.Web)!)];

    public int[] Prompt(string text) => Tokenizer.Encode($"<|bos|><|user|>{text}<|end|><|assistant|>");

    public GateTrainingSet Set() => new()
    {
        Experts = [.. Fields.Append("general").Select(name => new GateExpert
        {
            Name = name,
            Base = "demo",
            IsGeneralist = name == "general",
            Examples = ExampleFile.Read(RepositoryRoot.Combine("models", "demo", "examples", name + ".txt")),
        })],
        Encodings = new Dictionary<string, ChatEncoding> { ["demo"] = Chat },
    };

    public void Dispose() => _folder.Dispose();
}

public sealed record EvaluationRow(string Prompt, string Answer, string[] Domains, string[]? Halves);
