using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>Has a runner's sizes, and runs nothing.</summary>
internal sealed class IdleRunner(StepRunnerOptions options, ModelShape shape) : IStepRunner
{
    public int Slots => options.Slots;

    public int ContextLength => options.ContextLength == 0 ? shape.MaxPositions : options.ContextLength;

    public int Vocabulary => shape.Vocabulary;

    public int MaxRows => options.MaxRows;

    public int AdaptersPerRow => options.AdaptersPerRow;

    public int AdapterCapacity => options.AdapterCapacity;

    public int BlockPositions => 1;

    public int BlockBytes => 0;

    public void CheckAdapter(AdapterWeights weights)
    {
    }

    public void LoadAdapter(int index, AdapterWeights weights)
    {
    }

    public void ReadBlock(int slot, int block, Span<byte> to) => throw new NotSupportedException();

    public void WriteBlock(int slot, int block, ReadOnlySpan<byte> from) => throw new NotSupportedException();

    public void Abort()
    {
    }

    public void Run(StepBatch batch) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
