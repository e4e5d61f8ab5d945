using System.Collections.Frozen;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>An immutable view of what can be asked: experts, and bases by their own name. Replace it, never change it.</summary>
internal sealed class RoutingCatalogue
{
    private readonly FrozenDictionary<string, RoutableExpert> _byName;
    private readonly FrozenSet<string> _encoders;

    /// <param name="experts">At least one; names are unique.</param>
    /// <param name="bases">Bases as experts of their own; a name that an expert bears already means that expert.</param>
    /// <param name="encoders">Names of models that read texts and write none.</param>
    public RoutingCatalogue(IEnumerable<RoutableExpert> experts, IEnumerable<RoutableExpert> bases, IEnumerable<string>? encoders = null)
    {
        _encoders = (encoders ?? []).ToFrozenSet(StringComparer.Ordinal);
        Experts = [.. experts];
        Reserves = [.. Experts.Where(e => e is { Remote: not null, IsGated: false })];
        Dictionary<string, RoutableExpert> names = new(StringComparer.Ordinal);
        foreach (var expert in Experts)
        {
            if (!names.TryAdd(expert.Name, expert))
            {
                throw new ArgumentException($"The expert {expert.Name} is named twice.", nameof(experts));
            }
        }

        foreach (var alone in bases)
        {
            names.TryAdd(alone.Name, alone);
        }

        _byName = names.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IReadOnlyList<RoutableExpert> Experts { get; }

    /// <summary>Remote ones that the gate doesn't know.</summary>
    public IReadOnlyList<RoutableExpert> Reserves { get; }

    /// <summary>Whether a name is that of a model that writes no answers.</summary>
    public bool IsEncoder(string name) => _encoders.Contains(name);

    public RoutableExpert? Find(string name) => _byName.GetValueOrDefault(name);
}
