using System.Collections.Frozen;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>An immutable view of what can be asked: experts, and bases by their own name. Replace it, never change it.</summary>
internal sealed class RoutingCatalogue
{
    private readonly FrozenDictionary<string, RoutableExpert> _byName;

    /// <param name="experts">At least one; names are unique.</param>
    /// <param name="bases">Bases as experts of their own; a name that an expert bears already means that expert.</param>
    public RoutingCatalogue(IEnumerable<RoutableExpert> experts, IEnumerable<RoutableExpert> bases)
    {
        Experts = [.. experts];
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

    public RoutableExpert? Find(string name) => _byName.GetValueOrDefault(name);
}
