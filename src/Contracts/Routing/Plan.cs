using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Contracts.Routing;

/// <summary>The gate's answer after policy: who answers, how they are merged, and why.</summary>
public sealed record Plan
{
    /// <summary>What clients read of the gate of a plan that <see cref="IsByCandidate"/>.</summary>
    public const string CandidateGate = "candidate";

    private const int FingerprintBytes = 8;

    /// <summary>The base of the first expert; the only one unless <see cref="SpansBases"/>: then it draws the answer, and the others contribute.</summary>
    public required string Base { get; init; }

    /// <summary>Digest of that base's content.</summary>
    public string BaseRevision { get; init; } = "";

    /// <summary>Digest of the gates that the plan was made by: a plan of token scope is carried out with the same. Empty: none.</summary>
    public string GateRevision { get; init; } = "";

    /// <summary>Whether a candidate for the gate's place made it.</summary>
    public bool IsByCandidate { get; init; }

    /// <summary>The name of the merge policy that made it.</summary>
    public required string Merge { get; init; }

    /// <summary>What the host does with the experts.</summary>
    public required MergeForm Form { get; init; }

    public required MergeScope Scope { get; init; }

    /// <summary>Experts at once.</summary>
    public required int K { get; init; }

    /// <summary>
    /// The largest weight first. At request scope: who answers, weights sum to 1. At token scope: who may be chosen, with
    /// the gate's scores (or the caller's weights, normalised).
    /// </summary>
    public required IReadOnlyList<PlannedExpert> Experts { get; init; }

    /// <summary>With <see cref="MergeForm.Route"/>: the logits of the base alone, times this, are added to those of the expert that is chosen. 0: none.</summary>
    public double GeneralistWeight { get; init; }

    /// <summary>With <see cref="MergeForm.Route"/> at token scope: by what probability another expert has to be likelier than that of the token before.</summary>
    public double Hysteresis { get; init; }

    /// <summary>Bases beside <see cref="Base"/>, whose experts contribute to its answer.</summary>
    public IReadOnlyList<PlannedBase> OtherBases { get; init; } = [];

    public bool SpansBases => OtherBases.Count > 0;

    /// <summary>Where the only expert is served, if not by the cluster's own hosts.</summary>
    public RemoteModel? Remote { get; init; }

    /// <summary>Plans of one expert each that carry it out, one behind the other, where the merge is done over whole answers; empty: hosts merge, or there is nothing to.</summary>
    public IReadOnlyList<Plan> Parts { get; init; } = [];

    /// <summary>Of a part: what it answers of the caller's question; null: all of it.</summary>
    public string? Question { get; init; }

    /// <summary>Digest of its base's vocabulary, <see cref="RoutableExpert.Vocabulary"/>.</summary>
    public string Vocabulary { get; init; } = "";

    /// <summary>Probability that the draft which decided who answers is wrong; null: there was none.</summary>
    public double? Doubt { get; init; }

    /// <summary>Labels that a host must have to carry it out, as far as it concerns <see cref="Base"/>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Why, where it isn't simply the gate's choice: one of <see cref="PlanReasons"/>, else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What policy changed, and why: the experts that the gate thought likely and that may not answer, the rules that hold.</summary>
    public IReadOnlyList<PlanNote> Notes { get; init; } = [];

    /// <summary>The gate's scores, null where it was bypassed.</summary>
    public GateScores? Scores { get; init; }

    /// <summary>
    /// Names all content that the answer depends on: the base, the experts and, where it chooses token by token, the gate. Equal for equal content,
    /// on every router and host.
    /// </summary>
    public string Fingerprint
    {
        get
        {
            string content = $"{BaseRevision} {string.Join(' ', Experts.Select(e => e.Revision).Order(StringComparer.Ordinal))} {(Scope == MergeScope.Token ? GateRevision : "")}";
            return string.Concat("fp_", Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(content)).AsSpan(0, FingerprintBytes)));
        }
    }

    /// <summary>Who reads the calls of tools in the answer; empty where it is not searched for any.</summary>
    public string ToolParser { get; init; } = "";

    /// <summary>Special tokens of the base that give their text for that; others give none.</summary>
    public IReadOnlyList<string> VisibleTokens { get; init; } = [];

    /// <summary>Of the request: what feedback names.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>The host that answers; empty until one does.</summary>
    public string Host { get; init; } = "";

    /// <summary>The seed in force, so that a caller can ask again for the same text.</summary>
    public ulong Seed { get; init; }
}
