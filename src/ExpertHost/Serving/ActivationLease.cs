using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>Holds a request's activations for as long as it runs; all or none.</summary>
internal sealed class ActivationLease : IDisposable
{
    private readonly List<(ExpertActivation Activation, double Weight)> _experts = [];

    private ActivationLease()
    {
    }

    public IReadOnlyList<(ExpertActivation Activation, double Weight)> Experts => _experts;

    public BaseRuntime Runtime => _experts[0].Activation.Runtime;

    /// <exception cref="RequestRefusedException">
    /// FAILED_PRECONDITION: an activation isn't live under the epoch given; INVALID_ARGUMENT: no expert, or several bases.
    /// </exception>
    public static ActivationLease Take(ActivationRegistry registry, GenerateRequest request)
    {
        if (request.Experts.Count == 0)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "experts is empty; a plan names at least one");
        }

        var lease = new ActivationLease();
        try
        {
            foreach (var expert in request.Experts)
            {
                lease.Enter(registry, expert, request.Base);
            }

            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var (activation, _) in _experts)
        {
            activation.Leave();
        }

        _experts.Clear();
    }

    private void Enter(ActivationRegistry registry, ExpertActivationRef expert, string baseName)
    {
        var activation = registry.Find(expert.Name, expert.Epoch);
        if (activation is null || !activation.TryEnter())
        {
            throw new RequestRefusedException(
                StatusCode.FailedPrecondition, $"expert {expert.Name} is not live here under epoch {expert.Epoch}; ask the grains again");
        }

        _experts.Add((activation, expert.Weight));
        if (activation.Runtime.Name != baseName)
        {
            throw new RequestRefusedException(
                StatusCode.InvalidArgument, $"expert {expert.Name} runs on base {activation.Runtime.Name}, not on {baseName}");
        }
    }
}
