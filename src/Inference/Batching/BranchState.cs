using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Prefixes;

namespace ExpertCluster.Inference.Batching;

/// <summary>One branch of a running sequence: its slot, and what its rows carry.</summary>
internal sealed class BranchState
{
    private BranchState(float share, IRowGate? gate, RowMix mix)
    {
        (Share, Gate, Mix) = (share, gate, mix);
        Chain = PrefixDomain.Of(this) is { } domain ? new PrefixChain(domain) : null;
    }

    /// <summary>Of the ensemble; the shares of a sequence sum to 1.</summary>
    public float Share { get; }

    public IRowGate? Gate { get; }

    /// <summary>What the latest row carried; constant where there is no gate.</summary>
    public RowMix Mix { get; set; }

    /// <summary>What of it is in the prefix cache; null where nothing can be.</summary>
    public PrefixChain? Chain { get; }

    /// <summary>KV slot, -1 until admitted.</summary>
    public int Slot { get; set; } = -1;

    public static BranchState[] CreateAll(GenerationRequest request)
    {
        var total = request.Branches.Sum(branch => branch.Weight);
        return [.. request.Branches.Select(branch => new BranchState(
            (float)(branch.Weight / total),
            branch.Gate,
            branch.Gate is null ? RowMix.Create([.. branch.Mix]) : RowMix.Base))];
    }
}
