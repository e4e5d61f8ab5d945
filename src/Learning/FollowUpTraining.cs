using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Scoring;

namespace ExpertCluster.Learning;

/// <summary>
/// Teaches what goes on with what was said before, from turns in many languages that do, and what stands alone, from everyday text and the experts' own prompts: in a
/// catalogue whose prompts begin so, that says nothing.
/// </summary>
internal static class FollowUpTraining
{
    private const string Resource = "ExpertCluster.Learning.followups.txt";

    /// <summary>Of all experts, and alike many of each.</summary>
    private const int MostPrompts = 2_000;

    private const int Buckets = 8_192;

    public static IReadOnlyList<GateExample> Turns { get; } = ResourceText.Examples(Resource);

    public static GateModel Teach(GateTrainingSet set, GateTrainingOptions options) => Teach(Turns, set, options);

    /// <param name="turns">That go on.</param>
    /// <param name="set">Whose prompts stand alone.</param>
    /// <param name="options">Of the request gate.</param>
    public static GateModel Teach(IReadOnlyList<GateExample> turns, GateTrainingSet set, GateTrainingOptions options)
    {
        int each = Math.Max(1, MostPrompts / set.Experts.Count);
        var prompts = set.Experts.SelectMany(e => e.Examples.Take(each)).Take(MostPrompts).Select(e => new GateExample(e.Prompt));
        GateClass[] classes =
        [
            new(FollowUpSense.GoesOn, false, turns),
            new(FollowUpSense.StandsAlone, true, [.. GenericText.Examples, .. prompts]),
        ];
        return NgramTraining.Teach(classes, options with { RequestBuckets = Math.Min(Buckets, options.RequestBuckets) }, GateMetadata.FollowUpKind);
    }
}
