using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Bench.Micro;

/// <summary>A model that always wants the same token, and takes no time but for what a caller puts into its steps.</summary>
internal sealed class FakeRunner(int slots, int vocabulary, Action? step = null) : IStepRunner
{
    public int Slots => slots;

    public int ContextLength => 1024;

    public int Vocabulary => vocabulary;

    public int MaxRows => 512;

    public int AdaptersPerRow => 4;

    public int AdapterCapacity => 1;

    public int BlockPositions => 16;

    public int BlockBytes => 0;

    public void ReadBlock(int slot, int block, Span<byte> to)
    {
    }

    public void WriteBlock(int slot, int block, ReadOnlySpan<byte> from)
    {
    }

    public void CheckAdapter(AdapterWeights weights)
    {
    }

    public void Abort()
    {
    }

    public void LoadAdapter(int index, AdapterWeights weights)
    {
    }

    public void Run(StepBatch batch)
    {
        step?.Invoke();
        for (int i = 0; i < batch.OutputCount; i++)
        {
            batch.LogitsOf(i)[7] = 1;
        }
    }

    public void Dispose()
    {
    }
}
