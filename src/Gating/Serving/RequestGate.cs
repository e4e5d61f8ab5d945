using System.Buffers;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;
using ExpertCluster.Sessions;

namespace ExpertCluster.Gating.Serving;

/// <summary>The request gate: n-grams of the text itself, so one gate serves every base. Thread-safe, Dispose included.</summary>
public sealed class RequestGate : IRequestGate, IDisposable
{
    private static readonly string[] Inputs = [GateGraph.Bucket, GateGraph.Frequency];
    private static readonly string[] Outputs = [GateGraph.Probability];

    private readonly OnnxSession _session;
    private readonly RunControl _control = new();
    private readonly GateMetadata _metadata;

    // A scratch per concurrent call; as many as there were callers at once.
    private readonly System.Collections.Concurrent.ConcurrentBag<Scratch> _idle = [];

    private RequestGate(OnnxSession session, GateMetadata metadata) => (_session, _metadata) = (session, metadata);

    public IReadOnlyList<string> Classes => _metadata.Classes;

    public string Generalist => _metadata.Generalist;

    /// <summary>Loads what <see cref="Training.GateTrainer"/> wrote into a directory.</summary>
    /// <exception cref="GateFormatException">There is no request gate, or it is malformed.</exception>
    public static RequestGate Load(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        string folder = GateFiles.RequestPath(directory);
        var metadata = GateFiles.ReadMetadata(folder, GateMetadata.RequestKind);
        return new RequestGate(GateSession.Open(folder, metadata), metadata);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The gate was disposed.</exception>
    public GateScores Score(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var scratch = _idle.TryTake(out var idle) ? idle : new Scratch(_metadata.Buckets);
        try
        {
            scratch.Features.Extract(text, scratch.Bag);
            return Rank(Run(scratch.Bag));
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

    private float[] Run(FeatureBag bag)
    {
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
            float[] probabilities = new float[Classes.Count];
            using var first = OnnxTensor.Over(buckets.AsMemory(0, count), 1, count);
            using var second = OnnxTensor.Over(frequencies.AsMemory(0, count), 1, count);
            using var third = OnnxTensor.Over(probabilities.AsMemory(), 1, probabilities.Length);
            _session.Run(_control, Inputs, [first, second], Outputs, [third]);
            return probabilities;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(buckets);
            ArrayPool<float>.Shared.Return(frequencies);
        }
    }

    private GateScores Rank(float[] probabilities) => new()
    {
        Ranked = [.. Classes.Zip(probabilities, (name, p) => new ScoredClass(name, p)).OrderByDescending(c => c.Probability)],
        Generalist = Generalist,
        Floor = _metadata.Floor,
    };

    private sealed class Scratch(int buckets)
    {
        public TextFeatures Features { get; } = new(buckets);

        public FeatureBag Bag { get; } = new(TextFeatures.Limit);
    }
}
