using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Sessions;

namespace ExpertCluster.Gating.Serving;

/// <summary>The token gate's buffers, bound once: binding anew costs more than the run itself.</summary>
internal sealed class BlockBinding : IDisposable
{
    private readonly OnnxTensor _bucket;
    private readonly OnnxTensor _frequency;
    private readonly OnnxTensor _probability;

    public BlockBinding(OnnxSession session, int rows, int features, int classes, long[] buckets, float[] frequencies, float[] scores)
    {
        _bucket = OnnxTensor.Over(buckets.AsMemory(0, rows * features), rows, features);
        _frequency = OnnxTensor.Over(frequencies.AsMemory(0, rows * features), rows, features);
        _probability = OnnxTensor.Over(scores.AsMemory(0, rows * classes), rows, classes);
        Io = session.CreateBinding();
        Io.BindInput(GateGraph.Bucket, _bucket);
        Io.BindInput(GateGraph.Frequency, _frequency);
        Io.BindOutput(GateGraph.Probability, _probability);
    }

    public OnnxBinding Io { get; }

    public void Dispose()
    {
        Io.Dispose();
        _bucket.Dispose();
        _frequency.Dispose();
        _probability.Dispose();
    }
}
