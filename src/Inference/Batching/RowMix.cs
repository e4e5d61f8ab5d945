using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Batching;

/// <summary>What one row carries: weighted adapters, normalised, immutable, so that rows and tokens can share it.</summary>
internal sealed class RowMix
{
    private readonly WeightedAdapter[] _experts;

    private RowMix(WeightedAdapter[] experts) => _experts = experts;

    /// <summary>The base alone.</summary>
    public static RowMix Base { get; } = new([new WeightedAdapter(null, 1)]);

    /// <summary>Weights sum to 1; a null adapter is the base's share. Each adapter stands once.</summary>
    public IReadOnlyList<WeightedAdapter> Experts => _experts;

    /// <summary>Normalises; weights are finite, not negative, and not all 0. Entries of weight 0 go.</summary>
    public static RowMix Create(ReadOnlySpan<WeightedAdapter> entries)
    {
        var shares = new ExpertShares();
        foreach (var entry in entries)
        {
            shares.Add(entry.Adapter, entry.Weight);
        }

        var experts = shares.Normalised();
        return experts.Length == 0 || (experts.Length == 1 && experts[0].Adapter is null) ? Base : new RowMix(experts);
    }

    /// <summary>Whether these entries would give the same mix; knows the common case of one entry.</summary>
    public bool Is(ReadOnlySpan<WeightedAdapter> entries) => entries.Length switch
    {
        0 => ReferenceEquals(this, Base),
        1 => _experts.Length == 1 && ReferenceEquals(_experts[0].Adapter, entries[0].Adapter) && entries[0].Weight > 0,
        _ => false,
    };

    /// <summary>Fills one row of lora_idx and lora_w.</summary>
    public void WriteTo(Span<int> index, Span<float> weight)
    {
        int used = 0;
        foreach (var expert in _experts)
        {
            if (expert.Adapter is not null)
            {
                index[used] = expert.Adapter.Index;
                weight[used++] = expert.Weight;
            }
        }

        index[used..].Fill(-1);
        weight[used..].Clear();
    }
}
