using System.Buffers;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Gating.Serving;

/// <summary>The request gate, of the kind that its files say: it reads the text itself, so one gate serves every base. Thread-safe, Dispose included.</summary>
public sealed class RequestGate : IRequestGate, IDisposable
{
    /// <summary>Classes that scores name, the generalists beside them. No plan merges or chooses among as many experts.</summary>
    internal const int MostRanked = 64;

    private readonly IClassScorer _scorer;
    private readonly FollowUpSense? _followUps;
    private readonly GateMetadata _metadata;

    private readonly bool[] _isGeneralist;
    private readonly int[] _generalists;
    private readonly int _generalist;

    private RequestGate(IClassScorer scorer, FollowUpSense? followUps, GateMetadata metadata)
    {
        (_scorer, _followUps, _metadata) = (scorer, followUps, metadata);
        _isGeneralist = [.. Enumerable.Range(0, metadata.Classes.Count).Select(metadata.IsGeneralist)];
        _generalists = [.. Enumerable.Range(0, _isGeneralist.Length).Where(of => _isGeneralist[of])];
        _generalist = metadata.Classes.Index().First(c => c.Item == metadata.Generalist).Index;
    }

    public IReadOnlyList<string> Classes => _metadata.Classes;

    public string Generalist => _metadata.Generalist;

    /// <summary>Loads what <see cref="Training.GateTrainer"/> wrote into a directory.</summary>
    /// <exception cref="GateFormatException">There is no request gate, or it is malformed.</exception>
    public static RequestGate Load(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        string folder = GateFiles.RequestPath(directory);
        var metadata = GateFiles.ReadMetadata(folder, ScorerKinds.Names);
        var followUps = FollowUpSense.Open(folder);
        try
        {
            return new RequestGate(ScorerKinds.Open(folder, metadata), followUps, metadata);
        }
        catch
        {
            followUps?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="GateRunException">The gate failed at this text.</exception>
    /// <exception cref="ObjectDisposedException">The gate was disposed.</exception>
    public GateScores Score(string text) => Score(text, MostRanked);

    /// <inheritdoc/>
    /// <exception cref="GateRunException">The gate failed at this text.</exception>
    /// <exception cref="ObjectDisposedException">The gate was disposed.</exception>
    public GateScores ScoreAll(string text) => Score(text, Classes.Count);

    public void Dispose()
    {
        _scorer.Dispose();
        _followUps?.Dispose();
    }

    private GateScores Score(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] rented = ArrayPool<float>.Shared.Rent(Classes.Count);
        try
        {
            var probabilities = rented.AsSpan(0, Classes.Count);
            _scorer.Score(text, probabilities);
            float? share = _metadata.Field is { } field ? FieldSense.Of(probabilities, _isGeneralist, field) : null;
            if (!Probabilities.Of(probabilities))
            {
                throw new GateRunException("the gate gave a score that is no number");
            }

            if (share is { } ofField)
            {
                FieldSense.Apply(probabilities, _isGeneralist, _generalist, ofField);
            }

            return Rank(text, probabilities, most);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private GateScores Rank(string text, ReadOnlySpan<float> probabilities, int most)
    {
        var best = Likeliest.Of(probabilities, most);
        foreach (int of in _generalists)
        {
            if (best.Count < probabilities.Length && !best.Contains(of))
            {
                best.Add(of);
            }
        }

        List<ScoredClass> ranked = new(best.Count);
        double sum = 0;

        // A text of two fields is sure of both.
        double surest = 0;
        int experts = 0;
        foreach (int of in best)
        {
            ranked.Add(new ScoredClass(Classes[of], probabilities[of]));
            sum += probabilities[of];
            surest += !_isGeneralist[of] && experts++ < 2 ? probabilities[of] : 0;
        }

        return new GateScores
        {
            Ranked = ranked,
            Rest = best.Count == probabilities.Length ? 0 : Math.Max(double.Epsilon, 1 - sum),
            Generalist = Generalist,
            Floor = _metadata.Floor,
            FollowUp = _followUps?.Of(text, Math.Min(1, surest)) ?? 0,
        };
    }
}
