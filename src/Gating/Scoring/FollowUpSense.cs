using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Gating.Scoring;

/// <summary>
/// How likely a text says nothing by itself, as it goes on with what was said before ("and the second one?"): two classes over the n-grams of a request gate, in
/// a folder of its own. A text that names a field speaks for itself, however it begins.
/// </summary>
internal sealed class FollowUpSense : IDisposable
{
    public const string Folder = "follow-up";

    /// <summary>The classes.</summary>
    public const string GoesOn = "goes on";

    /// <inheritdoc cref="GoesOn"/>
    public const string StandsAlone = "stands alone";

    /// <summary>UTF-16 units; who writes more says what it is about.</summary>
    private const int Longest = 200;

    private readonly NgramScorer _scorer;
    private readonly int _goesOn;

    private FollowUpSense(NgramScorer scorer, int goesOn) => (_scorer, _goesOn) = (scorer, goesOn);

    /// <param name="folder">Of the request gate.</param>
    /// <returns>Null: the gate knows nothing of it.</returns>
    /// <exception cref="GateFormatException">It is malformed.</exception>
    public static FollowUpSense? Open(string folder)
    {
        string own = Path.Combine(folder, Folder);
        if (!Directory.Exists(own))
        {
            return null;
        }

        var metadata = GateFiles.ReadMetadata(own, GateMetadata.FollowUpKind);
        int goesOn = metadata.Classes.Index().Where(c => c.Item == GoesOn).Select(c => c.Index).DefaultIfEmpty(-1).First();
        return metadata.Classes.Count == 2 && goesOn >= 0
            ? new FollowUpSense(NgramScorer.Open(own, metadata), goesOn)
            : throw new GateFormatException($"{own}: classes must be \"{GoesOn}\" and \"{StandsAlone}\"");
    }

    /// <param name="text">A turn.</param>
    /// <param name="surest">Probability of the likeliest expert for it, 0 to 1.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="GateRunException">A score is no number.</exception>
    public double Of(string text, double surest)
    {
        if (text.Length > Longest || string.IsNullOrWhiteSpace(text))
        {
            return 0;
        }

        Span<float> scores = stackalloc float[2];
        _scorer.Score(text, scores);
        return Probabilities.Of(scores) ? scores[_goesOn] * (1 - surest) : throw new GateRunException("the gate gave a score that is no number");
    }

    public void Dispose() => _scorer.Dispose();
}
