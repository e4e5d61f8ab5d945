using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>Models that somebody else serves, by OpenAI's chat API.</summary>
internal sealed class RemoteBackend(RemoteEndpoints endpoints) : IBackend
{
    public string Name => "remote";

    public bool Serves(Plan plan) => plan.Remote is not null;

    /// <exception cref="ExpertFailedException">It gave no answer: who left the choice to the gate is answered by somebody else.</exception>
    public async Task<IAnswerStream> OpenAsync(BackendCall call, CancellationToken cancellation)
    {
        string expert = call.Plan.Experts[0].Name;
        var endpoint = endpoints.Enter(expert, call.Plan.Remote!);
        try
        {
            return await endpoint.Value.OpenAsync(call, endpoint.Leave, cancellation);
        }
        catch (RequestFailedException error)
        {
            throw new ExpertFailedException(expert, error.Failure);
        }
    }
}
