using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Batching;

/// <summary>Sums weights per adapter, in order of first appearance. A handful of entries: searched in line.</summary>
internal sealed class ExpertShares
{
    private readonly List<WeightedAdapter> _shares = [];

    public void Add(EngineAdapter? adapter, float weight)
    {
        if (weight == 0)
        {
            return;
        }

        int at = _shares.FindIndex(share => ReferenceEquals(share.Adapter, adapter));
        if (at < 0)
        {
            _shares.Add(new WeightedAdapter(adapter, weight));
        }
        else
        {
            _shares[at] = new WeightedAdapter(adapter, _shares[at].Weight + weight);
        }
    }

    public WeightedAdapter[] Normalised()
    {
        float total = _shares.Sum(share => share.Weight);
        return [.. _shares.Select(share => share with { Weight = share.Weight / total })];
    }

    /// <summary>Who gives every token of branches whose mixes are fixed.</summary>
    public static IReadOnlyList<WeightedAdapter> Of(ReadOnlySpan<BranchState> branches) => Of(branches, 0);

    /// <summary>Who gave the token of the n-th output row: the branches' shares times their rows' weights.</summary>
    public static IReadOnlyList<WeightedAdapter> Of(ReadOnlySpan<BranchState> branches, int n)
    {
        if (branches.Length == 1)
        {
            return branches[0].MixOf(n).Experts;
        }

        var shares = new ExpertShares();
        foreach (var branch in branches)
        {
            foreach (var expert in branch.MixOf(n).Experts)
            {
                shares.Add(expert.Adapter, branch.ShareOf(n) * expert.Weight);
            }
        }

        return shares.Normalised();
    }
}
