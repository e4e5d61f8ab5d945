using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Node.Peers;
using ExpertCluster.V1;

namespace ExpertCluster.ExpertHost.Ensembles;

/// <summary>The parts of requests that other hosts compute.</summary>
internal sealed class Contributors(KnownHosts hosts, HostChannels channels, RuntimeOptions options, HostMetrics metrics, ILogger<Contributors> log)
{
    /// <summary>Hosts named for one.</summary>
    private const int MostHosts = 8;

    /// <summary>For each token of an answer.</summary>
    public MemberPatience Patience { get; } = new(TimeSpan.FromSeconds(options.EnsembleFirstSeconds), TimeSpan.FromMilliseconds(options.EnsembleWaitMilliseconds));

    /// <summary>Why a request's contributors can't be asked; null: they can.</summary>
    public static string? ProblemOf(GenerateRequest request)
    {
        if (request.Contributors.Count == 0)
        {
            return null;
        }

        if (request.Contributors.Count > EnsembleLimits.MostMembers)
        {
            return $"contributors has {request.Contributors.Count} entries; at most {EnsembleLimits.MostMembers} are taken";
        }

        if (request is not { Mode: MergeMode.Ensemble, Scope: MergeScope.Request })
        {
            return $"contributors: mode {request.Mode} with scope {request.Scope} has none; they are for ensemble at request scope";
        }

        foreach (var contributor in request.Contributors)
        {
            if (contributor.Experts.Count == 0 || contributor.Experts.Any(e => !(e.Weight > 0 && double.IsFinite(e.Weight))))
            {
                return $"contributors: base {contributor.Base} must have experts, each with a weight above 0";
            }

            if (contributor.Hosts.Count > MostHosts)
            {
                return $"contributors: base {contributor.Base} has {contributor.Hosts.Count} hosts; at most {MostHosts} are taken";
            }
        }

        return null;
    }

    /// <summary>Nothing of them begins before the engine has the request.</summary>
    /// <param name="request">Without a problem.</param>
    /// <param name="vocabulary">Of its base.</param>
    /// <param name="deadline">Its own, UTC.</param>
    public IReadOnlyList<RemoteMember> Of(GenerateRequest request, int vocabulary, DateTime deadline) =>
        [.. request.Contributors.Select(c => new RemoteMember(request, c, options.EnsembleTokens, vocabulary, deadline, hosts, channels, metrics, log))];
}
