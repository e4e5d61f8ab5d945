using System.Buffers;
using System.Collections.Concurrent;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Gating.Scoring;

/// <summary>Hashed n-grams of the text itself: gate.onnx.</summary>
internal sealed class NgramScorer : IClassScorer
{
    private static readonly string[] Inputs = [GateGraph.Bucket, GateGraph.Frequency];
    private static readonly string[] Outputs = [GateGraph.Probability];

    private readonly OnnxSession _session;
    private readonly RunControl _control = new();
    private readonly int _buckets;
    private readonly int _classes;

    // A scratch per concurrent call; as many as there were callers at once.
    private readonly ConcurrentBag<Scratch> _idle = [];

    private NgramScorer(OnnxSession session, GateMetadata metadata) => (_session, _buckets, _classes) = (session, metadata.Buckets, metadata.Classes.Count);

    public static NgramScorer Open(string folder, GateMetadata gate) => new(GateSession.Open(folder, gate), gate);

    public void Score(ReadOnlySpan<char> text, Span<float> logits)
    {
        var scratch = _idle.TryTake(out var idle) ? idle : new Scratch(_buckets, _classes);
        try
        {
            scratch.Features.Extract(text, scratch.Bag);
            Run(scratch);
            for (int c = 0; c < logits.Length; c++)
            {
                logits[c] = Probabilities.Log(scratch.Probabilities[c]);
            }
        }
        catch (OnnxRuntimeException error)
        {
            throw new GateRunException($"the n-gram gate failed: {error.Message}", error);
        }
        finally
        {
            _idle.Add(scratch);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _control.Dispose();
    }

    private void Run(Scratch scratch)
    {
        var bag = scratch.Bag;

        // The graph wants at least one feature; an empty text has one of frequency 0.
        int count = Math.Max(1, bag.Count);
        long[] buckets = ArrayPool<long>.Shared.Rent(count);
        float[] frequencies = ArrayPool<float>.Shared.Rent(count);
        try
        {
            (buckets[0], frequencies[0]) = (0, 0);
            for (int i = 0; i < bag.Count; i++)
            {
                buckets[i] = bag.Buckets[i];
            }

            bag.Weigh(frequencies);
            using var first = OnnxTensor.Over(buckets.AsMemory(0, count), 1, count);
            using var second = OnnxTensor.Over(frequencies.AsMemory(0, count), 1, count);
            using var third = OnnxTensor.Over(scratch.Probabilities.AsMemory(), 1, _classes);
            _session.Run(_control, Inputs, [first, second], Outputs, [third]);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(buckets);
            ArrayPool<float>.Shared.Return(frequencies);
        }
    }

    private sealed class Scratch(int buckets, int classes)
    {
        public TextFeatures Features { get; } = new(buckets);

        public FeatureBag Bag { get; } = new(TextFeatures.Limit);

        public float[] Probabilities { get; } = new float[classes];
    }
}
