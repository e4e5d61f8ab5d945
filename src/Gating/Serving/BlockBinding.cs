using ExpertCluster.Gating.Artefacts;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Gating.Serving;

/// <summary>The token gate's buffers, bound once: binding anew costs more than the run itself.</summary>
internal sealed class BlockBinding : IDisposable
{
    private readonly OrtValue _bucket;
    private readonly OrtValue _frequency;
    private readonly OrtValue _probability;

    public BlockBinding(InferenceSession session, int rows, int features, int classes, long[] buckets, float[] frequencies, float[] scores)
    {
        OrtMemoryInfo memory = OrtMemoryInfo.DefaultInstance;
        _bucket = OrtValue.CreateTensorValueFromMemory(memory, buckets.AsMemory(0, rows * features), [rows, features]);
        _frequency = OrtValue.CreateTensorValueFromMemory(memory, frequencies.AsMemory(0, rows * features), [rows, features]);
        _probability = OrtValue.CreateTensorValueFromMemory(memory, scores.AsMemory(0, rows * classes), [rows, classes]);
        Io = session.CreateIoBinding();
        Io.BindInput(GateGraph.Bucket, _bucket);
        Io.BindInput(GateGraph.Frequency, _frequency);
        Io.BindOutput(GateGraph.Probability, _probability);
    }

    public OrtIoBinding Io { get; }

    public void Dispose()
    {
        Io.Dispose();
        _bucket.Dispose();
        _frequency.Dispose();
        _probability.Dispose();
    }
}
