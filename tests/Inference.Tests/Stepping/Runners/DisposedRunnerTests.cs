using System.Collections;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Inference.Tests.Sessions;
using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Inference.Tests.Stepping.Runners;

/// <summary>Without the guard each of these ends the process.</summary>
public sealed class DisposedRunnerTests(TestModels models) : IClassFixture<TestModels>
{
    private const int Rounds = 40;

    private static readonly StepRunnerOptions Options = new()
    {
        Slots = 2,
        MaxRows = 8,
        ContextLength = 20,
        AdapterRank = 8,
        AdapterCapacity = 2,
        Threads = 1,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EachWayIn_AfterDispose_IsRefused(bool flat)
    {
        var runner = Open(flat);
        var batch = runner.NewBatch();
        byte[] block = new byte[runner.BlockBytes];
        _ = runner.Step(batch, [new TestRow(1, 0, 0)]);
        runner.Dispose();
        runner.Dispose();
        Assert.Throws<ObjectDisposedException>(() => runner.Run(batch));
        Assert.Throws<ObjectDisposedException>(() => runner.Run(Filled(runner.NewBatch())));
        Assert.Throws<ObjectDisposedException>(() => runner.LoadAdapter(0, models.Adapters[0]));
        Assert.Throws<ObjectDisposedException>(() => runner.ReadBlock(0, 0, block));
        Assert.Throws<ObjectDisposedException>(() => runner.WriteBlock(0, 0, block));
        Assert.Throws<ObjectDisposedException>(runner.Abort);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_WhileAStepAndALoadAreUnderWay_LetsThemEndAndRefusesLaterOnes(bool flat)
    {
        for (int round = 0; round < Rounds; round++)
        {
            using var runner = Open(flat);
            var batch = Filled(runner.NewBatch());
            using var used = new CountdownEvent(2);
            Together.Run(
                Together.UntilDisposed(() => runner.Run(batch), used),
                Together.UntilDisposed(() => runner.LoadAdapter(1, models.Adapters[0]), used),
                () =>
                {
                    used.Wait();
                    runner.Dispose();
                });
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LoadAdapter_RunnerDisposedMeanwhile_WritesToTheEndIntoMemoryThatIsStillThere(bool flat)
    {
        var runner = Open(flat);
        var known = models.Adapters[0];
        var layers = new ReadLayers(known.Layers, runner.Dispose);
        runner.LoadAdapter(1, new AdapterWeights { Rank = known.Rank, Digest = "x", Layers = layers });
        Assert.True(layers.AllRead);
        Assert.Throws<ObjectDisposedException>(() => runner.LoadAdapter(1, known));
    }

    [Fact]
    public void Dispose_OfOneWhileAnotherOfItsBaseRuns_LeavesThatOne()
    {
        using var other = Open(flat: true);
        float[][] expected = other.Step(other.NewBatch(), [new TestRow(1, 0, 0)]);
        for (int round = 0; round < Rounds; round++)
        {
            var runner = Open(flat: round % 2 == 0);
            Together.Run(
                runner.Dispose,
                runner.Dispose,
                () => Assert.Equal(expected, other.Step(other.NewBatch(), [new TestRow(1, 0, 0)])));
        }
    }

    private static StepBatch Filled(StepBatch batch)
    {
        (batch.RowCount, batch.OutputCount) = (2, 1);
        (batch.InputIds[1], batch.Positions[1], batch.OutputRows[0]) = (5, 1, 1);
        return batch;
    }

    private IStepRunner Open(bool flat) => flat ? new FlatStepRunner(models.Model, Options) : new PortableStepRunner(models.Model, Options);

    /// <summary>Does something when the first layer is read again: all have been checked then, and are to be written.</summary>
    private sealed class ReadLayers(IReadOnlyList<SiteWeights?[]> layers, Action meanwhile) : IReadOnlyList<SiteWeights?[]>
    {
        private int _last = -1;

        public int Count => layers.Count;

        public bool AllRead => _last == layers.Count - 1;

        public SiteWeights?[] this[int index]
        {
            get
            {
                if (index == 0 && _last == layers.Count - 1)
                {
                    meanwhile();
                }

                _last = index;
                return layers[index];
            }
        }

        public IEnumerator<SiteWeights?[]> GetEnumerator() => layers.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
