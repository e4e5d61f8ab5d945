using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Router.Selection;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>A request on its way to whichever host takes it.</summary>
/// <param name="Message">What the host is asked; grows by the tokens that came, so that another host can go on.</param>
/// <param name="Choice">What the host is chosen for.</param>
/// <param name="Deadline">UTC.</param>
internal sealed record HostCall(GenerateRequest Message, HostChoice Choice, DateTime Deadline)
{
    public IReadOnlyList<string> Experts => Choice.Experts;

    public static HostCall Of(BackendCall call) => new(
        HostRequests.Of(call),
        new HostChoice([.. call.Plan.Experts.Select(e => e.Name)], PromptAffinity.KeyOf(call.Request)),
        call.Deadline);
}
