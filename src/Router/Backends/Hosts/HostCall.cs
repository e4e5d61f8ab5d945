using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Selection;
using ExpertCluster.V1;
using Plan = ExpertCluster.Contracts.Routing.Plan;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>A request on its way to whichever host takes it.</summary>
/// <param name="Message">What the host is asked; grows by the tokens that came, so that another host can go on.</param>
/// <param name="Plan">What it comes from.</param>
/// <param name="Wish">What the host is wanted for.</param>
/// <param name="Deadline">UTC.</param>
internal sealed record HostCall(GenerateRequest Message, Plan Plan, HostWish Wish, DateTime Deadline)
{
    private string? _hash;

    /// <summary>What other hosts are wanted for, which contribute to its answer; by the base's name.</summary>
    public IReadOnlyList<(string Base, HostWish Wish)> Contributors { get; init; } = [];

    /// <summary>Whether a host gave a token of it already.</summary>
    public bool HasBegun => Message.ResumeTokens.Count > 0;

    /// <summary>Of its text, made when somebody asks.</summary>
    public string Hash => _hash ??= RequestHash.Of(Message);

    /// <summary>Ends with the answer; null where nobody counts.</summary>
    public IDisposable? Asked { get; init; }

    /// <summary>What it meets is counted for nobody.</summary>
    public bool IsCopy { get; init; }

    public static HostCall Of(BackendCall call)
    {
        ulong key = PromptAffinity.KeyOf(call.Request);
        var plan = call.Plan;
        return new HostCall(HostRequests.Of(call), plan, HostWish.Of(plan.BaseRevision, [.. OwnOf(plan)], key, plan.Labels), call.Deadline)
        {
            Contributors = [.. plan.OtherBases.Select(b => (b.Name, HostWish.Of(b.Revision, [.. plan.Experts.Where(e => e.Base == b.Name)], key, b.Labels)))],
            IsCopy = call.IsCopy,
        };
    }

    /// <summary>The plan's experts that run where the answer is drawn.</summary>
    public static IEnumerable<PlannedExpert> OwnOf(Plan plan) => plan.Experts.Where(e => e.Base.Length == 0);
}
