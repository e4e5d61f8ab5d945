using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Selection;

/// <summary>Chooses a host: filters leave some out, scorers weigh the rest, a picker takes one. Which of each, options say.</summary>
internal sealed class HostSelector
{
    private readonly IHostFilter[] _required;
    private readonly IHostFilter[] _filters;
    private readonly (IHostScorer Scorer, double Weight)[] _scorers;
    private readonly IHostPicker _picker;

    /// <exception cref="SetupException">Options name a policy that there is not.</exception>
    public HostSelector(PolicySet<IHostFilter> filters, PolicySet<IHostScorer> scorers, PolicySet<IHostPicker> pickers, PolicyOptions options)
    {
        _required = [.. filters.All.Where(f => f.IsRequired)];
        _filters = [.. options.FiltersInUse.Select(name => filters.Require(name, PolicyOptions.NameOf(nameof(PolicyOptions.HostFilters)))).Where(f => !f.IsRequired)];
        _scorers = [.. options.ScorersInUse.Select(s => (scorers.Require(s.Key, PolicyOptions.NameOf(nameof(PolicyOptions.HostScorers))), s.Value))];
        _picker = pickers.Require(options.HostPicker, PolicyOptions.NameOf(nameof(PolicyOptions.HostPicker)));
    }

    /// <param name="hosts">All that are known.</param>
    /// <param name="choice">What for.</param>
    /// <returns>Null: none of them can serve it.</returns>
    public HostCandidate? Choose(IReadOnlyList<HostCandidate> hosts, HostChoice choice)
    {
        foreach (var filter in _required)
        {
            hosts = hosts.Count == 0 ? hosts : filter.Filter(hosts, choice);
        }

        if (hosts.Count == 0)
        {
            return null;
        }

        foreach (var filter in _filters)
        {
            // A filter states a preference: nobody is refused because all hosts are alike in what it dislikes.
            hosts = filter.Filter(hosts, choice) is { Count: > 0 } left ? left : hosts;
        }

        return hosts.Count == 1 ? hosts[0] : hosts[_picker.Pick([.. hosts.Select(host => (host, ScoreOf(host, hosts, choice)))])];
    }

    private double ScoreOf(HostCandidate host, IReadOnlyList<HostCandidate> hosts, HostChoice choice)
    {
        double sum = 0;
        foreach (var (scorer, weight) in _scorers)
        {
            sum += weight * scorer.Score(host, hosts, choice);
        }

        return sum;
    }
}
