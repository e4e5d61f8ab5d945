using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;

namespace ExpertCluster.Inference.Tests.Stepping;

/// <summary>Every family and kind of rotary embedding through both graphs, against the oracle.</summary>
public sealed class FamilyTests
{
    private static readonly StepRunnerOptions Options = new() { Slots = 4, MaxRows = 64, AdapterRank = 4, AdapterCapacity = 1, Threads = 1 };

    public static TheoryData<string> Names => [.. RandomFamilies.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_FlatGraph_EqualsTheReference(string name)
    {
        using FamilyModel model = new(name);
        using FlatStepRunner runner = new(model.Imported, Options);
        Check(model, runner);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_PortableGraph_EqualsTheReference(string name)
    {
        using FamilyModel model = new(name);
        using PortableStepRunner runner = new(model.Imported, Options);
        Check(model, runner);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_RowAmongOthers_IsBitwiseTheSame(string name)
    {
        using FamilyModel model = new(name);
        using FlatStepRunner runner = new(model.Imported, Options with { Threads = 2 });
        runner.LoadAdapter(0, model.Adapter);
        var batch = runner.NewBatch();
        int[] tokens = RandomFamilies.Prompt();
        float[][] alone = [.. tokens.Select((token, i) => runner.Step(batch, [new TestRow(token, 0, i, (0, 0.5f))])[0])];
        float[][] together = runner.Step(batch, [.. TestRows.Prompt(tokens, 1, 0, (0, 0.5f)), .. TestRows.Prompt(tokens[..20], 2)]);
        Assert.Equal(alone, together[..tokens.Length]);
    }

    [Theory]
    [InlineData("gemma2")]
    [InlineData("qwen3")]
    [InlineData("phi3")]
    [InlineData("qwen2")]
    public void Run_EightBitWeights_StaysNearTheReference(string name)
    {
        using FamilyModel model = new(name, Quantization.Q8);
        using FlatStepRunner runner = new(model.Imported, Options);
        int[] tokens = RandomFamilies.Prompt();
        float[][] actual = runner.Step(runner.NewBatch(), [.. TestRows.Prompt(tokens, 0)]);
        Logits.AssertClose(model.Reference.Logits(tokens), actual, 0.3f);
    }

    /// <summary>A prompt in two chunks, then tokens one by one, the base's and the adapter's side by side.</summary>
    private static void Check(FamilyModel model, IStepRunner runner)
    {
        runner.LoadAdapter(0, model.Adapter);
        var batch = runner.NewBatch();
        int[] tokens = RandomFamilies.Prompt();
        List<float[]> plain = [];
        List<float[]> adapted = [];
        foreach ((int from, int to) in ((int, int)[])[(0, 11), (11, 30), .. Enumerable.Range(30, tokens.Length - 30).Select(i => (i, i + 1))])
        {
            int count = to - from;
            TestRow[] rows = [.. TestRows.Prompt(tokens[from..to], 0, from), .. TestRows.Prompt(tokens[from..to], 1, from, (0, 1f))];
            float[][] logits = runner.Step(batch, rows);
            plain.AddRange(logits[..count]);
            adapted.AddRange(logits[count..]);
        }

        Logits.AssertClose(model.Reference.Logits(tokens), [.. plain]);
        Logits.AssertClose(model.Reference.Logits(tokens, _ => [new AdapterShare(model.Adapter, 1)]), [.. adapted], 1e-4f);
    }
}
