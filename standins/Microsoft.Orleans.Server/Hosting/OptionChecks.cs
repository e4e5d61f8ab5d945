using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.OneMachine.Hosting;

/// <summary>Refuses, before anything starts, settings that contradict each other or ask for more than one machine.</summary>
internal sealed class OptionChecks(
    IEnumerable<ClusteringChoice> choices,
    IOptions<EndpointOptions> endpoint,
    IOptions<DevelopmentClusterMembershipOptions> development,
    IOptions<ClusterOptions> cluster,
    IOptions<ClusterMembershipOptions> membership,
    IOptions<GrainCollectionOptions> collection,
    IOptions<SiloMessagingOptions> messaging)
{
    public const string Advice = "this build's Orleans stand-in is for one machine (localhost clustering); build with -p:OfficialPackages=true for more.";

    public void Run()
    {
        var faults = OneMachine().Concat(Clustering()).Concat(Times()).ToArray();
        if (faults.Length > 0)
            throw new OrleansConfigurationException(string.Join(" ", faults));
    }

    /// <summary>All that takes several machines, in one sentence with the way out.</summary>
    private IEnumerable<string> OneMachine()
    {
        // Whoever asks for a membership store has distant endpoints too; the store says it all.
        var asked = choices.FirstOrDefault(static choice => choice.Refusal is not null)?.Refusal ?? string.Join(" and ", DistantEndpoints());
        if (asked.Length > 0)
            yield return $"{asked}: {Advice}";
    }

    private IEnumerable<string> DistantEndpoints()
    {
        if (endpoint.Value.AdvertisedIPAddress is { } advertised && !IPAddress.IsLoopback(advertised))
            yield return $"EndpointOptions.AdvertisedIPAddress is {advertised}";
        if (endpoint.Value.SiloListeningEndpoint is { } listening && !IPAddress.IsLoopback(listening.Address))
            yield return $"EndpointOptions.SiloListeningEndpoint is {listening}";
        if (development.Value.PrimarySiloEndpoint is { } primary && !IPAddress.IsLoopback(primary.Address))
            yield return $"the primary silo's endpoint is {primary}";
    }

    private IEnumerable<string> Clustering()
    {
        if (!choices.Any())
            yield return "Clustering has not been configured: call UseLocalhostClustering.";
        if (string.IsNullOrWhiteSpace(cluster.Value.ClusterId))
            yield return "ClusterOptions.ClusterId is empty.";
        if (string.IsNullOrWhiteSpace(cluster.Value.ServiceId))
            yield return "ClusterOptions.ServiceId is empty.";
        if (endpoint.Value.SiloPort is < 1 or > 65535)
            yield return $"EndpointOptions.SiloPort is {endpoint.Value.SiloPort}; it is between 1 and 65535.";
    }

    private IEnumerable<string> Times()
    {
        foreach (var (name, value) in new[]
        {
            ("ClusterMembershipOptions.ProbeTimeout", membership.Value.ProbeTimeout),
            ("ClusterMembershipOptions.TableRefreshTimeout", membership.Value.TableRefreshTimeout),
            ("ClusterMembershipOptions.DeathVoteExpirationTimeout", membership.Value.DeathVoteExpirationTimeout),
            ("SiloMessagingOptions.ResponseTimeout", messaging.Value.ResponseTimeout),
            ("SiloMessagingOptions.SystemResponseTimeout", messaging.Value.SystemResponseTimeout),
            ("GrainCollectionOptions.CollectionQuantum", collection.Value.CollectionQuantum),
        })
        {
            if (value <= TimeSpan.Zero)
                yield return $"{name} is {value}; it must be above zero.";
        }
        if (membership.Value.NumMissedProbesLimit < 1)
            yield return "ClusterMembershipOptions.NumMissedProbesLimit must be 1 or more.";
        if (membership.Value.NumVotesForDeathDeclaration < 1)
            yield return "ClusterMembershipOptions.NumVotesForDeathDeclaration must be 1 or more.";
        if (collection.Value.CollectionAge <= collection.Value.CollectionQuantum)
            yield return $"GrainCollectionOptions.CollectionAge ({collection.Value.CollectionAge}) must be above CollectionQuantum ({collection.Value.CollectionQuantum}).";
        if (messaging.Value.MaxMessageBodySize < 1024)
            yield return "SiloMessagingOptions.MaxMessageBodySize must be 1024 bytes or more.";
    }
}
