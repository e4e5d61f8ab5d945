using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Features;
using ExpertCluster.Sessions;

namespace ExpertCluster.Gating.Serving;

/// <summary>
/// The token gate of one base: n-grams of the last tokens. Calls are serialized by a lock and allocate nothing. Every run has
/// the same number of rows: the library's sums differ in the last bit between sizes, and a row's choice must not depend on
/// its neighbours.
/// </summary>
public sealed class TokenGate : ITokenGate, IDisposable
{
    /// <summary>Rows of a run.</summary>
    internal const int Block = 16;

    private readonly Lock _lock = new();
    private readonly OnnxSession _session;
    private readonly RunControl _control = new();
    private readonly GateMetadata _metadata;
    private readonly TokenFeatures _features;

    // Features of a row with its padding: whole cache lines, so that every row is summed alike wherever it lies.
    private readonly int _width;
    private readonly FeatureBag _bag;
    private readonly long[] _buckets;
    private readonly float[] _frequencies;
    private readonly float[] _scores;
    private readonly BlockBinding _binding;

    private TokenGate(OnnxSession session, GateMetadata metadata)
    {
        (_session, _metadata) = (session, metadata);
        _features = new TokenFeatures(metadata.Buckets, metadata.Window, metadata.Recent);
        _width = (_features.Limit + 15) / 16 * 16;
        _bag = new FeatureBag(_features.Limit);
        _buckets = GC.AllocateArray<long>(Block * _width, pinned: true);
        _frequencies = GC.AllocateArray<float>(Block * _width, pinned: true);
        _scores = GC.AllocateArray<float>(Block * metadata.Classes.Count, pinned: true);
        _binding = new BlockBinding(session, Block, _width, metadata.Classes.Count, _buckets, _frequencies, _scores);
    }

    public int Window => _metadata.Window;

    public IReadOnlyList<string> Classes => _metadata.Classes;

    public string Generalist => _metadata.Generalist;

    /// <summary>Loads the token gate of a base from the directory that <see cref="Training.GateTrainer"/> wrote.</summary>
    /// <exception cref="GateFormatException">There is no such gate, or it is malformed.</exception>
    public static TokenGate Load(string directory, string @base)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentException.ThrowIfNullOrWhiteSpace(@base);
        string folder = GateFiles.TokenPath(directory, @base);
        var metadata = GateFiles.ReadMetadata(folder, GateMetadata.TokenKind);
        var session = GateSession.Open(folder, metadata);
        try
        {
            return new TokenGate(session, metadata);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The gate was disposed.</exception>
    public void Score(ReadOnlySpan<int> windows, int count, Span<float> scores)
    {
        int classes = Classes.Count;
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (windows.Length < count * Window)
        {
            throw new ArgumentException($"{count} windows of {Window} tokens need {count * Window} ids; there are {windows.Length}.", nameof(windows));
        }

        if (scores.Length < count * classes)
        {
            throw new ArgumentException($"{count} rows of {classes} classes need {count * classes} places; there are {scores.Length}.", nameof(scores));
        }

        lock (_lock)
        {
            for (int row = 0; row < count; row += Block)
            {
                int rows = Math.Min(Block, count - row);
                Run(windows.Slice(row * Window, rows * Window), rows, scores.Slice(row * classes, rows * classes));
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _binding.Dispose();
            _session.Dispose();
            _control.Dispose();
        }
    }

    private void Run(ReadOnlySpan<int> windows, int rows, Span<float> scores)
    {
        for (int row = 0; row < rows; row++)
        {
            _features.Extract(windows.Slice(row * Window, Window), _bag);
            var buckets = _buckets.AsSpan(row * _width, _width);
            var frequencies = _frequencies.AsSpan(row * _width, _width);
            var found = _bag.Buckets;
            for (int i = 0; i < found.Length; i++)
            {
                buckets[i] = found[i];
            }

            _bag.Weigh(frequencies);
            buckets[found.Length..].Clear();
            frequencies[found.Length..].Clear();
        }

        // Rows beyond those asked for hold what an earlier call left: valid buckets, and scores that nobody reads.
        _binding.Io.Run(_control);
        _scores.AsSpan(0, scores.Length).CopyTo(scores);
    }
}
