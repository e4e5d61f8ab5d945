using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Gating.Tests.Support;
using ExpertCluster.Learning;

namespace ExpertCluster.Gating.Tests.Serving;

public sealed class TokenGateTests(SmallGates gates) : IDisposable
{
    private readonly TokenGate _gate = TokenGate.Load(gates.Directory, SmallWorld.Base);

    [Fact]
    public void Score_InsideACompoundAnswer_FollowsTheHalf()
    {
        var prompt = SmallWorld.Chat.Prompt("Can I freeze fresh bread? Which knot holds the fresh anchor?");
        var first = SmallWorld.Encode("You can freeze fresh bread.");
        var second = SmallWorld.Encode("A bowline holds the fresh anchor.");
        Assert.Equal("cooking", Best([.. prompt, .. first.Take(4)]));
        Assert.Equal("sailing", Best([.. prompt, .. first, .. second.Take(4)]));
    }

    [Fact]
    public void Score_SmallTalk_IsTheGeneralists() => Assert.Equal(SmallWorld.Base, Best([.. SmallWorld.Chat.Prompt("Tell me a story about a fox and a river.")]));

    [Fact]
    public void Score_ThroughOnnx_EqualsTheTrainersOwn()
    {
        var model = GateTrainer.Token(SmallWorld.Set(), SmallWorld.Base, SmallWorld.Chat, SmallWorld.Options);
        int[] windows = Windows(300);
        float[] scores = new float[300 * _gate.Classes.Count];
        _gate.Score(windows, 300, scores);
        TokenFeatures features = new(model.Metadata.Buckets, model.Metadata.Window, model.Metadata.Recent);
        FeatureBag bag = new(features.Limit);
        for (int row = 0; row < 300; row++)
        {
            features.Extract(windows.AsSpan(row * _gate.Window, _gate.Window), bag);
            float[] expected = Reference.Probabilities(model, bag);
            for (int c = 0; c < expected.Length; c++)
            {
                Assert.Equal(expected[c], scores[(row * expected.Length) + c], 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData((3 * TokenGate.Block) + 5)]
    public void Score_AnyBatch_EqualsRowByRow(int rows)
    {
        int[] windows = Windows(rows);
        int classes = _gate.Classes.Count;
        float[] together = new float[rows * classes];
        float[] alone = new float[classes];
        _gate.Score(windows, rows, together);
        for (int row = 0; row < rows; row++)
        {
            _gate.Score(windows.AsSpan(row * _gate.Window, _gate.Window), 1, alone);
            Assert.Equal(alone, together[(row * classes)..((row + 1) * classes)]);
        }
    }

    [Fact]
    public void Score_Again_AllocatesNothing()
    {
        int[] windows = Windows(20);
        float[] scores = new float[20 * _gate.Classes.Count];
        for (int i = 0; i < 3; i++)
        {
            _gate.Score(windows, 20, scores);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            _gate.Score(windows, 20, scores);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Score_BuffersTooSmall_SaysWhatIsNeeded()
    {
        Assert.Contains("32 ids; there are 31", Assert.Throws<ArgumentException>(() => _gate.Score(new int[31], 2, new float[8])).Message, StringComparison.Ordinal);
        Assert.Contains("8 places; there are 7", Assert.Throws<ArgumentException>(() => _gate.Score(new int[32], 2, new float[7])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UnknownBase_SaysWhatIsNeeded() => Assert.Throws<GateFormatException>(() => TokenGate.Load(gates.Directory, "other"));

    public void Dispose() => _gate.Dispose();

    private string Best(int[] ids)
    {
        int[] window = new int[_gate.Window];
        for (int i = 0; i < window.Length; i++)
        {
            window[i] = ids.Length - window.Length + i < 0 ? -1 : ids[ids.Length - window.Length + i];
        }

        float[] scores = new float[_gate.Classes.Count];
        _gate.Score(window, 1, scores);
        return _gate.Classes[Array.IndexOf(scores, scores.Max())];
    }

    private int[] Windows(int rows)
    {
        // A stride that has no common factor with the vocabulary; every third row is half padding.
        int[] windows = new int[rows * _gate.Window];
        for (int i = 0; i < windows.Length; i++)
        {
            windows[i] = i / _gate.Window % 3 == 0 && i % _gate.Window < _gate.Window / 2 ? -1 : 10 + (i * 7919 % 5_000);
        }

        return windows;
    }
}
