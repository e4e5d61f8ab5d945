using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Gating;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>The last step of a preparation: the gates, the candidate for them, and prepared.json. For whoever holds the locks of cache and output.</summary>
internal sealed class GateStep(
    string cache,
    string output,
    PreparationMemory memory,
    CacheUse use,
    BackgroundTraining training,
    FolderPublisher publisher,
    Action<string> progress,
    Func<ExpertCatalogue, CachedEncoder?> encoderOf,
    CancellationToken cancellation)
{
    // Of the cache, beside bases: no base has such a name.
    private const string Stable = "/gates";
    private const string Candidate = "/gate-candidate";
    private const string Comparison = "/gate-comparison";

    /// <summary>Who uses entries of the cache for the gates that are wanted.</summary>
    public static IEnumerable<string> Users(DesiredCatalogue wanted) => wanted.GateCandidate is null ? [Stable] : [Stable, Candidate, Comparison];

    /// <summary>
    /// Where gates must be trained, and an earlier catalogue is there, the new one appears first with the earlier gates; the candidate comes behind that, trained
    /// while all is served, and then what both chose of the same texts.
    /// </summary>
    /// <param name="made">The catalogue without gates.</param>
    /// <param name="before">That is there; null: none that anybody serves by.</param>
    /// <param name="served">What the gates are taught.</param>
    /// <param name="models">Of the bases, by name.</param>
    /// <param name="wanted">The candidate; null: there shall be none.</param>
    /// <param name="isWhole">Whether the gates are waited for; the candidate never is.</param>
    /// <returns>Whether prepared.json changed.</returns>
    public bool Save(
        PreparedCatalogue made, PreparedCatalogue? before, ExpertCatalogue served, IReadOnlyDictionary<string, ImportedModel> models, GateSpec? wanted, bool isWhole)
    {
        var gates = new GatePreparer(Stable, served, models, encoderOf(served), cache, before?.Gates, progress);
        bool early = false;
        if (gates.IsNeeded)
        {
            var trained = memory.Gates(Stable, gates.Key, () => gates.Publish(publisher, use));
            if (trained is null)
            {
                early = before is not null && WithGatesOf(before, made with { GateCandidate = Earlier(before, made, wanted) }).Save(output);
                if (!isWhole && before is not null)
                {
                    training.Begin(gates.Key, () => gates.Train(cancellation));
                    return early;
                }

                gates.Train(cancellation);
                trained = gates.Publish(publisher, use);
            }

            made = made with { Gates = trained };
        }

        return (wanted is null ? made : WithCandidate(made, before, served, models, wanted, gates)).Save(output) || early;
    }

    private PreparedCatalogue WithCandidate(
        PreparedCatalogue made, PreparedCatalogue? before, ExpertCatalogue served, IReadOnlyDictionary<string, ImportedModel> models, GateSpec wanted, GatePreparer gates)
    {
        try
        {
            var catalogue = wanted.Onto(served);
            var candidate = new GatePreparer(Candidate, catalogue, models, encoderOf(catalogue), cache, made.Gates, progress);
            if (!candidate.IsNeeded)
            {
                throw new CatalogueException("there is no expert that it could learn");
            }

            if (memory.Gates(Candidate, candidate.Key, () => candidate.Publish(publisher, use)) is not { } trained)
            {
                string? failure = training.FailureOf(candidate.Key);
                training.Begin(candidate.Key, () => candidate.Train(cancellation), "the candidate for the gates can't be trained");
                return failure is null ? made with { GateCandidate = Earlier(before, made, wanted) } : Failed(made, failure);
            }

            var comparisons = new GateComparer(cache, gates, candidate);
            var comparison = comparisons.Find(file => use.Mark(Comparison, file));
            string? problem = comparison is null ? training.FailureOf(comparisons.Key) : null;
            if (comparison is null)
            {
                training.Begin(comparisons.Key, () => comparisons.Make(progress, cancellation), "the candidate for the gates can't be compared with them");
            }

            made = made with
            {
                GateCandidate = new PreparedGateCandidate { Folder = trained, Percent = wanted.Percent, Since = wanted.Since, TokenGates = candidate.TokenGates, Comparison = comparison },
            };
            return problem is null ? made : Failed(made, $"it can't be compared: {problem}");
        }
        catch (Exception error) when (error is CatalogueException or GateFormatException or IOException or UnauthorizedAccessException)
        {
            // Nobody but the candidate needs what it is made from.
            return Failed(made, error.Message.ReplaceLineEndings(" "));
        }
    }

    private static PreparedCatalogue Failed(PreparedCatalogue made, string reason) => made with { Failures = [.. made.Failures, new PreparedFailure(PreparedNames.GateCandidate, reason)] };

    /// <summary>With the gates of the catalogue that is there, for the bases that they were made for.</summary>
    private static PreparedCatalogue WithGatesOf(PreparedCatalogue before, PreparedCatalogue made) => made with
    {
        Gates = before.Gates,
        Bases = [.. made.Bases.Select(b => b with { HasTokenGate = before.Bases.Any(old => old.HasTokenGate && old.Name == b.Name && old.Folder.Path == b.Folder.Path) })],
    };

    /// <summary>The candidate that is there, as long as another catalogue's is on its way; null: that is another one.</summary>
    private static PreparedGateCandidate? Earlier(PreparedCatalogue? before, PreparedCatalogue made, GateSpec? wanted) =>
        before?.GateCandidate is { } its && its.Since == wanted?.Since
            ? its with
            {
                Percent = wanted.Percent,
                TokenGates = [.. its.TokenGates.Where(name => made.Bases.Any(b => b.Name == name && before.Bases.Any(old => old.Name == name && old.Folder.Path == b.Folder.Path)))],
            }
            : null;
}
