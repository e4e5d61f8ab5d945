using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Selection;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>The product's own policies of choosing hosts.</summary>
internal static class Selectors
{
    public static PolicySet<IHostFilter> Filters { get; } = new([new BaseFilter(), new OpenFilter(), new LabelFilter(), new AnsweringFilter(), new UncrowdedFilter()]);

    public static PolicySet<IHostScorer> Scorers { get; } = new([new WarmScorer(), new PromptScorer(), new LoadScorer()]);

    public static PolicySet<IHostPicker> Pickers { get; } = new([new BestPicker(), new DrawPicker()]);

    public static HostSelector Default() => new(Filters, Scorers, Pickers, new PolicyOptions());
}
