using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Prefixes;

namespace ExpertCluster.Inference.Batching;

/// <summary>One branch of a running sequence: its slot, and what its rows carry.</summary>
internal sealed class BranchState
{
    private readonly List<RowMix> _mixes = [];

    private BranchState(float share, IRowGate? gate, RowMix mix)
    {
        (Share, Gate, Mix) = (share, gate, mix);
        Chain = PrefixDomain.Of(this) is { } domain ? new PrefixChain(domain) : null;
    }

    /// <summary>Of the ensemble; the shares of a sequence sum to 1.</summary>
    public float Share { get; }

    public IRowGate? Gate { get; }

    /// <summary>What its rows carry, where there is no gate; else what the latest one carried.</summary>
    public RowMix Mix { get; private set; }

    /// <summary>What the n-th of the step's output rows carried.</summary>
    public RowMix MixOf(int n) => Gate is null ? Mix : _mixes[n];

    /// <summary>What of it is in the prefix cache; null where nothing can be.</summary>
    public PrefixChain? Chain { get; }

    /// <summary>KV slot, -1 until admitted.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>A gate chose for a step's next row; of the rows, the last so many give logits.</summary>
    public void Choose(RowMix mix, int row, int rows, int outputs)
    {
        Mix = mix;
        if (row == 0)
        {
            _mixes.Clear();
        }

        if (row >= rows - outputs)
        {
            _mixes.Add(mix);
        }
    }

    public static BranchState[] CreateAll(GenerationRequest request)
    {
        double total = request.Branches.Sum(branch => branch.Weight);
        return [.. request.Branches.Select(branch => new BranchState(
            (float)(branch.Weight / total),
            branch.Gate,
            branch.Gate is null ? RowMix.Create([.. branch.Mix]) : RowMix.Base))];
    }
}
