using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Prefixes;

namespace ExpertCluster.Inference.Batching;

/// <summary>One branch of a running sequence: its slot, and what its rows carry.</summary>
internal sealed class BranchState
{
    private readonly List<RowMix> _mixes = [];
    private readonly float _share;
    private readonly List<float> _shares = [];

    private BranchState(double weight, float share, IRowGate? gate, RowMix mix)
    {
        (Weight, _share, Gate, Mix) = ((float)weight, share, gate, mix);
        Chain = PrefixDomain.Of(this) is { } domain ? new PrefixChain(domain) : null;
    }

    /// <summary>As the request has it.</summary>
    public float Weight { get; }

    /// <summary>Positions whose rows carry what they carry for good: what its gate chooses for the next one may depend on the last of them.</summary>
    public int Settled { get; private set; }

    /// <summary>What the last settled row carries; null: there is none.</summary>
    public RowMix? Before { get; private set; }

    /// <summary>The step's rows up to this position are those of the sequence; it goes on behind the n-th output row, or where there is none, behind the last row.</summary>
    public void Settle(int filled, int? n) => (Settled, Before) = (filled, n is { } output ? MixOf(output) : Mix);

    /// <summary>Of the n-th of the step's output rows; those of a sequence's branches sum to 1.</summary>
    public float ShareOf(int n) => _shares.Count == 0 ? _share : _shares[n];

    /// <summary>Somebody weighs the branches for each of a step's output rows.</summary>
    public void Weigh(int n, float share)
    {
        if (n == 0)
        {
            _shares.Clear();
        }

        _shares.Add(share);
    }

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
            branch.Weight,
            (float)(branch.Weight / total),
            branch.Gate,
            branch.Gate is null ? RowMix.Create([.. branch.Mix]) : RowMix.Base))];
    }
}
