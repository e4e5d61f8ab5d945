using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Router.Selection;
using ExpertCluster.V1;
using Plan = ExpertCluster.Contracts.Routing.Plan;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>A request on its way to whichever host takes it.</summary>
/// <param name="Message">What the host is asked; grows by the tokens that came, so that another host can go on.</param>
/// <param name="Plan">What it comes from.</param>
/// <param name="Choice">What the host is chosen for.</param>
/// <param name="Deadline">UTC.</param>
internal sealed record HostCall(GenerateRequest Message, Plan Plan, HostChoice Choice, DateTime Deadline)
{
    private string? _hash;

    /// <summary>The plan's experts, as hosts report what they have in memory.</summary>
    public IReadOnlyList<ulong> RevisionIds { get; } = [.. Plan.Experts.Select(e => RevisionId.Of(e.Revision))];

    /// <summary>Whether a host gave a token of it already.</summary>
    public bool HasBegun => Message.ResumeTokens.Count > 0;

    /// <summary>Of its text, made when somebody asks.</summary>
    public string Hash => _hash ??= RequestHash.Of(Message);

    /// <summary>Ends with the answer; null where nobody counts.</summary>
    public IDisposable? Asked { get; init; }

    /// <summary>What it meets is counted for nobody.</summary>
    public bool IsCopy { get; init; }

    public static HostCall Of(BackendCall call) => new(
        HostRequests.Of(call),
        call.Plan,
        new HostChoice([.. call.Plan.Experts.Select(e => e.Name)], PromptAffinity.KeyOf(call.Request)) { Labels = call.Plan.Labels },
        call.Deadline)
    {
        IsCopy = call.IsCopy,
    };
}
