using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Gating.Serving;

/// <summary>The request gate, of the kind that its files say: it reads the text itself, so one gate serves every base. Thread-safe, Dispose included.</summary>
public sealed class RequestGate : IRequestGate, IDisposable
{
    private readonly IClassScorer _scorer;
    private readonly GateMetadata _metadata;

    private readonly bool[] _isGeneralist;
    private readonly int _generalist;

    private RequestGate(IClassScorer scorer, GateMetadata metadata)
    {
        (_scorer, _metadata) = (scorer, metadata);
        _isGeneralist = [.. Enumerable.Range(0, metadata.Classes.Count).Select(metadata.IsGeneralist)];
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
        return new RequestGate(ScorerKinds.Open(folder, metadata), metadata);
    }

    /// <inheritdoc/>
    /// <exception cref="GateRunException">The gate failed at this text.</exception>
    /// <exception cref="ObjectDisposedException">The gate was disposed.</exception>
    public GateScores Score(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] probabilities = new float[Classes.Count];
        _scorer.Score(text, probabilities);
        float share = _metadata.Field is { } field ? FieldSense.Of(probabilities, _isGeneralist, field) : 1;
        if (!Probabilities.Of(probabilities))
        {
            throw new GateRunException("the gate gave a score that is no number");
        }

        FieldSense.Apply(probabilities, _isGeneralist, _generalist, share);
        return Rank(probabilities);
    }

    public void Dispose() => _scorer.Dispose();

    private GateScores Rank(float[] probabilities) => new()
    {
        Ranked = [.. Classes.Zip(probabilities, (name, p) => new ScoredClass(name, p)).OrderByDescending(c => c.Probability)],
        Generalist = Generalist,
        Floor = _metadata.Floor,
    };
}
