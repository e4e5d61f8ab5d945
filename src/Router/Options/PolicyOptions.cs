using ExpertCluster.Gating.Serving;
using ExpertCluster.Router.Selection;

namespace ExpertCluster.Router.Options;

/// <summary>Which policies a router uses, by their names: configuration section "ExpertCluster:Policies".</summary>
internal sealed record PolicyOptions
{
    public const string Section = "ExpertCluster:Policies";

    /// <summary>The kind of request gate. Default: ngrams.</summary>
    public string Gate { get; init; } = NgramGateKind.Ngrams;

    /// <summary>Filters of hosts, in the order in which they run. Default: answering, uncrowded.</summary>
    public IReadOnlyList<string>? HostFilters { get; init; }

    /// <summary>Scorers of hosts with their weights, each -1,000 to 1,000. Default: prompt 1.</summary>
    public IReadOnlyDictionary<string, double>? HostScorers { get; init; }

    /// <summary>Who takes a host by the scores. Default: best.</summary>
    public string HostPicker { get; init; } = BestPicker.Best;

    /// <summary>What is set, or the default: a list that has one could only be added to.</summary>
    internal IReadOnlyList<string> FiltersInUse => HostFilters ?? [AnsweringFilter.Answering, UncrowdedFilter.Uncrowded];

    internal IReadOnlyDictionary<string, double> ScorersInUse => HostScorers ?? new Dictionary<string, double> { [PromptScorer.Prompt] = 1 };

    /// <summary>A setting's whole name.</summary>
    public static string NameOf(string setting) => $"{Section}:{setting}";
}
