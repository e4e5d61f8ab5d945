namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>The catalogue in an order of its own, with numbers in place of names. Made once for as long as the lists are the same ones.</summary>
internal sealed class CatalogueIndex
{
    private readonly IReadOnlyList<RoundExpert> _experts;
    private readonly IReadOnlyList<RoundBase> _bases;
    private readonly Dictionary<ExpertId, int> _byId;
    private readonly Dictionary<string, int> _byName;

    private CatalogueIndex(RoundInput input)
    {
        (_experts, _bases) = (input.Experts, input.Bases);
        Bases = [.. input.Bases.OrderBy(b => b.Name, StringComparer.Ordinal)];
        Experts = [.. input.Experts.OrderBy(e => e.Id)];
        _byName = Number(Bases, b => b.Name);
        _byId = Number(Experts, e => e.Id);
        BaseOf = Array.ConvertAll(Experts, e => BaseNumber(e.Base));
    }

    /// <summary>By id.</summary>
    public RoundExpert[] Experts { get; }

    /// <summary>By name.</summary>
    public RoundBase[] Bases { get; }

    /// <summary>The number of each expert's base; -1: the catalogue has no such base.</summary>
    public int[] BaseOf { get; }

    public static CatalogueIndex Of(RoundInput input, CatalogueIndex? previous) =>
        previous is not null && ReferenceEquals(previous._experts, input.Experts) && ReferenceEquals(previous._bases, input.Bases)
            ? previous
            : new CatalogueIndex(input);

    /// <summary>-1: it is not in the catalogue.</summary>
    public int ExpertNumber(ExpertId id) => _byId.GetValueOrDefault(id, -1);

    /// <summary>-1: it is not in the catalogue.</summary>
    public int BaseNumber(string name) => _byName.GetValueOrDefault(name, -1);

    private static Dictionary<TKey, int> Number<T, TKey>(T[] all, Func<T, TKey> key)
        where TKey : notnull
    {
        Dictionary<TKey, int> numbers = new(all.Length);
        for (int i = 0; i < all.Length; i++)
        {
            if (!numbers.TryAdd(key(all[i]), i))
            {
                throw new ArgumentException($"{key(all[i])} is twice in the catalogue");
            }
        }

        return numbers;
    }
}
