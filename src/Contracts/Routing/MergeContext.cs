using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Contracts.Routing;

/// <summary>An expert with what speaks for it: the gate's probability, or the caller's weight.</summary>
public readonly record struct Candidate(RoutableExpert Expert, double Weight);

/// <summary>What a merge policy plans from.</summary>
/// <param name="Candidates">The largest weight first; never empty. Pinned, or scored by the gate.</param>
/// <param name="Pinned">Whether the caller gave the candidates, so that none may be added or left out for its weight.</param>
/// <param name="Scope">As asked.</param>
/// <param name="K">As asked.</param>
/// <param name="CandidateLimit">Experts that a token-scope plan may choose among, the generalist not counted.</param>
/// <param name="Minor">An expert of the gate below this weight neither joins an ensemble nor makes a plan span bases.</param>
public sealed record MergeContext(IReadOnlyList<Candidate> Candidates, bool Pinned, MergeScope Scope, int? K, int CandidateLimit, double Minor)
{
    /// <summary>Whether the answer may call tools: those of one model's answer can be read.</summary>
    public bool HasTools { get; init; }

    /// <summary>Whether the prompt comes back, scored: by one plan's distributions.</summary>
    public bool HasEcho { get; init; }

    /// <summary>Whether the answer's text has to have a form.</summary>
    public bool HasStructure { get; init; }

    /// <summary>What is asked: the last turn of a conversation, or the prompt; empty: it comes in tokens.</summary>
    public string Question { get; init; } = "";

    /// <summary>Who the gate would choose for a text, among those that may answer; null: nobody is likely enough. Null itself where there is no gate.</summary>
    public Func<string, Candidate?>? Choose { get; init; }

    /// <summary>Experts that may answer and that the gate doesn't know: remote ones, for whoever has to be asked after all.</summary>
    public IReadOnlyList<RoutableExpert> Reserves { get; init; } = [];

    /// <summary>As asked.</summary>
    public double? GeneralistWeight { get; init; }

    /// <summary>As asked, or as the router has it.</summary>
    public double Hysteresis { get; init; }

    /// <summary>The best expert that is no generalist, or the best of all.</summary>
    public Candidate Best => Candidates.FirstOrDefault(c => !c.Expert.IsGeneralist, Candidates[0]);

    /// <summary>Those that matter: all that were pinned, else what is likely enough.</summary>
    public IEnumerable<Candidate> Major => Candidates.Where(c => Pinned || c.Weight >= Minor);

    /// <summary>How many are merged, where the caller did not say: all that were pinned, up to the limit, else two.</summary>
    public int MergedCount => K ?? (Pinned ? Math.Min(RequestLimits.MostAtOnce, Candidates.Count) : 2);

    /// <summary>Whether two experts can answer token by token together.</summary>
    public static bool ShareVocabulary(RoutableExpert one, RoutableExpert other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Base == other.Base || (one.Vocabulary.Length > 0 && one.Vocabulary == other.Vocabulary);
    }

    /// <summary>Puts a plan together.</summary>
    /// <param name="merge">The policy's name.</param>
    /// <param name="form">What the host does.</param>
    /// <param name="scope">Request or token.</param>
    /// <param name="k">Experts at once.</param>
    /// <param name="chosen">At least one, the largest weight first.</param>
    /// <param name="normalise">Whether weights shall sum to 1.</param>
    public static Plan Plan(string merge, MergeForm form, MergeScope scope, int k, IReadOnlyList<Candidate> chosen, bool normalise)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        double sum = normalise ? chosen.Sum(c => c.Weight) : 1;
        string lead = chosen[0].Expert.Base;
        return new Plan
        {
            Base = lead,
            BaseRevision = chosen[0].Expert.BaseRevision,
            Remote = chosen[0].Expert.Remote,
            Vocabulary = chosen[0].Expert.Vocabulary,
            Merge = merge,
            Form = form,
            Scope = scope,
            K = k,
            Experts = [.. chosen.Select(c => new PlannedExpert(c.Expert.Name, sum > 0 ? c.Weight / sum : 1.0 / chosen.Count, c.Expert.Revision)
            {
                Base = c.Expert.Base == lead ? "" : c.Expert.Base,
                Cost = c.Expert.Cost,
            })],
            Labels = LabelsOf(chosen, lead),
            OtherBases = [.. chosen.Select(c => c.Expert).Where(e => e.Base != lead).DistinctBy(e => e.Base)
                .Select(e => new PlannedBase(e.Base, e.BaseRevision, LabelsOf(chosen, e.Base)))],
        };
    }

    private static string[] LabelsOf(IReadOnlyList<Candidate> chosen, string baseName) =>
        [.. chosen.Where(c => c.Expert.Base == baseName).SelectMany(c => c.Expert.Labels).Distinct(StringComparer.Ordinal)];
}
