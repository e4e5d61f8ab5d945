using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Models.Tests.Support;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Onnx;

/// <summary>The portable graph, run by ONNX Runtime, against the plain forward pass.</summary>
public sealed class PortableGraphTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private static readonly ModelShape Shape = RandomCheckpoint.Shape;
    private static readonly int[] Tokens = [5, 190, 33, 271, 0, 77, 78, 100, 12, 9];

    private readonly TemporaryFolder _folder = new();
    private readonly AdapterWeights[] _adapters;

    public PortableGraphTests() => _adapters =
    [
        Adapter("a", rank: 4, seed: 11),
        Adapter("b", rank: 2, seed: 12),
        PeftAdapter.Load(
            RandomAdapter.Write(
                _folder["c"], Shape, rank: 3, seed: 13, adapts: m => m.EndsWith("v_proj", StringComparison.Ordinal),
                configure: c => c["target_modules"] = new System.Text.Json.Nodes.JsonArray("v_proj")),
            Shape),
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_BasePrefill_EqualsTheReference(bool tied)
    {
        (var runner, var reference) = Models(Shape with { TiedEmbeddings = tied });
        using (runner)
        {
            AssertClose(reference.Logits(Tokens), runner.Run([Tokens], 0, runner.NewCache(1)));
        }
    }

    [Fact]
    public void Run_HeadsOfAnotherGrouping_EqualsTheReference()
    {
        var shape = Shape with { Heads = 3, KeyValueHeads = 3, HeadDimension = 32, Layers = 1, RopeTheta = 500000, NormEpsilon = 1e-6 };
        string checkpoint = RandomCheckpoint.Write(_folder["in"], shape, type: "BF16");
        using PortableRunner runner = new(ModelImporter.Import(checkpoint, _folder["out"], new ImportOptions()));
        AssertClose(ReferenceModel.Load(checkpoint).Logits(Tokens), runner.Run([Tokens], 0, runner.NewCache(1)));
    }

    [Fact]
    public void Run_AdaptersByToken_EqualsTheReference()
    {
        (var runner, var reference) = Models(Shape);
        using (runner)
        {
            float[][] expected = reference.Logits(Tokens, p => Shares(Mix(0, p)));
            AssertClose(expected, runner.Run([Tokens], 0, runner.NewCache(1), Mix));
            Assert.True(Difference(expected, reference.Logits(Tokens)) > 0.1);
        }
    }

    [Fact]
    public void Run_PrefillInChunksThenDecode_EqualsTheReference()
    {
        (var runner, var reference) = Models(Shape);
        using (runner)
        {
            float[][] cache = runner.NewCache(1);
            float[][] actual =
            [
                .. runner.Run([Tokens[..4]], 0, cache, Mix), .. runner.Run([Tokens[4..8]], 4, cache, Mix),
                .. runner.Run([Tokens[8..9]], 8, cache, Mix), .. runner.Run([Tokens[9..]], 9, cache, Mix),
            ];
            AssertClose(reference.Logits(Tokens, p => Shares(Mix(0, p))), actual);
        }
    }

    [Fact]
    public void Run_BatchOfSequencesWithOwnAdapters_EqualsTheReference()
    {
        (var runner, var reference) = Models(Shape);
        int[][] sequences = [[1, 2, 3, 4], [200, 9, 9, 10], [17, 30, 271, 0]];
        using (runner)
        {
            float[][] cache = runner.NewCache(3);
            for (int position = 0; position < 4; position++)
            {
                float[][] rows = runner.Run([.. sequences.Select(s => new[] { s[position] })], position, cache, Mix);
                for (int s = 0; s < sequences.Length; s++)
                {
                    float[][] expected = reference.Logits(sequences[s][..(position + 1)], p => Shares(Mix(s, p)));
                    AssertClose([expected[^1]], [rows[s]]);
                }
            }
        }
    }

    [Theory]
    [InlineData(Quantization.Q8, 0.05)]
    [InlineData(Quantization.Q4, 0.5)]
    public void Run_Quantised_StaysNearTheReference(Quantization quantization, double most)
    {
        string checkpoint = RandomCheckpoint.Write(_folder["in"], Shape);
        using PortableRunner runner = new(ModelImporter.Import(checkpoint, _folder["out"], new ImportOptions { Quantization = quantization }));
        float[][] expected = ReferenceModel.Load(checkpoint).Logits(Tokens);
        float[][] actual = runner.Run([Tokens], 0, runner.NewCache(1));
        double error = Math.Sqrt(expected.Zip(actual, (e, a) => e.Zip(a, (x, y) => Math.Pow(x - y, 2)).Average()).Average());

        Assert.InRange(error, 1e-6, most);
    }

    [Fact]
    public void Run_DemoModel_EqualsTheReference()
    {
        string demo = RepositoryRoot.Combine("models", "demo");
        var reference = ReferenceModel.Load(Path.Combine(demo, "base"));
        var law = PeftAdapter.Load(Path.Combine(demo, "adapters", "law"), reference.Shape);
        var model = ModelImporter.Import(Path.Combine(demo, "base"), _folder["demo"], new ImportOptions());
        using PortableRunner runner = new(model, law);
        int[] tokens = [1, 45, 300, 77, 12, 900, 33, 1500, 222, 4];

        AssertClose(reference.Logits(tokens), runner.Run([tokens], 0, runner.NewCache(1)));
        AssertClose(
            reference.Logits(tokens, p => p < 3 ? [] : [new AdapterShare(law, 1)]),
            runner.Run([tokens], 0, runner.NewCache(1), (_, p) => p < 3 ? [] : [(0, 1f)]));
    }

    /// <summary>None, one, another one, two at once, one with weight 0.</summary>
    private static (int Index, float Weight)[] Mix(int sequence, int position) => (((sequence * 3) + position) % 5) switch
    {
        0 => [],
        1 => [(0, 1f)],
        2 => [(1, 0.5f)],
        3 => [(2, 0.7f), (0, 0.3f)],
        _ => [(1, 0f), (2, 1.5f)],
    };

    private AdapterShare[] Shares((int Index, float Weight)[] mix) => [.. mix.Select(s => new AdapterShare(_adapters[s.Index], s.Weight))];

    private AdapterWeights Adapter(string name, int rank, int seed) => PeftAdapter.Load(RandomAdapter.Write(_folder[name], Shape, rank, seed), Shape);

    private (PortableRunner Runner, ReferenceModel Reference) Models(ModelShape shape)
    {
        string checkpoint = RandomCheckpoint.Write(_folder["in"], shape);
        var model = ModelImporter.Import(checkpoint, _folder["out"], new ImportOptions());
        return (new PortableRunner(model, _adapters), ReferenceModel.Load(checkpoint));
    }

    private static void AssertClose(float[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(Difference(expected, actual), 0, Tolerance);
    }

    private static double Difference(float[][] a, float[][] b) => a.Zip(b, (x, y) => x.Zip(y, (p, q) => Math.Abs(p - q)).Max()).Max();
}
