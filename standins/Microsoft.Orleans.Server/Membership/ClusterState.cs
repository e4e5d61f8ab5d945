using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Orleans.OneMachine.Manifest;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>
/// A member list with what follows from it, immutable. A silo swaps its current one through a single volatile reference;
/// readers take that reference once and work on it.
/// </summary>
internal sealed class ClusterState
{
    private readonly FrozenDictionary<SiloAddress, Member> _members;
    private readonly FrozenDictionary<IPEndPoint, int> _latest;
    private readonly FrozenDictionary<GrainType, GrainTypeState> _grains;
    private readonly FrozenDictionary<string, GrainType[]> _implementations;

    public ClusterState(ClusterView view)
    {
        View = view;
        _members = view.Members.ToFrozenDictionary(static member => member.Silo);
        _latest = view.Members.GroupBy(static member => member.Silo.Endpoint)
            .ToFrozenDictionary(static group => group.Key, static group => group.Max(static member => member.Silo.Generation));
        Active = [.. view.Members.Where(static member => member.Status == SiloStatus.Active).Select(static member => member.Silo).Order()];
        var active = view.Members.Where(static member => member.Status == SiloStatus.Active).ToArray();
        _grains = active.SelectMany(static member => member.Classes.Select(info => (member.Silo, Info: info)))
            .GroupBy(static pair => pair.Info.Type)
            .ToFrozenDictionary(static group => group.Key, static group => new GrainTypeState(group.First().Info, [.. group.Select(static pair => pair.Silo).Order()]));
        _implementations = _grains.Values.SelectMany(static grain => grain.Info.Interfaces.Select(name => (name, grain.Info.Type)))
            .GroupBy(static pair => pair.name)
            .ToFrozenDictionary(static group => group.Key, static group => group.Select(static pair => pair.Type).Order().ToArray());
    }

    public static ClusterState Empty { get; } = new(new() { Version = 0, Primary = SiloAddress.Zero, Members = [] });

    public ClusterView View { get; }

    public ImmutableArray<SiloAddress> Active { get; }

    public SiloStatus StatusOf(SiloAddress silo) => _members.TryGetValue(silo, out var member) ? member.Status : SiloStatus.None;

    /// <summary>Whether the silo is listed as dead, or a later run on its port is listed at all.</summary>
    public bool IsDead(SiloAddress silo) =>
        StatusOf(silo) == SiloStatus.Dead || (_latest.TryGetValue(silo.Endpoint, out var generation) && generation > silo.Generation);

    /// <summary>The class and its silos; null where no active silo has it.</summary>
    public GrainTypeState? Grain(GrainType type) => _grains.GetValueOrDefault(type);

    /// <summary>The grain types that implement an interface.</summary>
    public ReadOnlySpan<GrainType> Implementations(GrainInterfaceType name) => _implementations.GetValueOrDefault(name.ToString());
}

/// <summary>A grain class and the active silos that have it, in a stable order.</summary>
internal sealed record GrainTypeState(GrainClassInfo Info, SiloAddress[] Silos);
