using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Options;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>The service that routers call: one plan in, one token stream out.</summary>
internal sealed class ExpertService(PlanRuns runs, Contributions contributions, HostTokens texts, TextEncoding encoding, SuspectTurns suspects, DrainState drain, NodeOptions node) : Experts.ExpertsBase
{
    public override Task Generate(GenerateRequest request, IServerStreamWriter<GenerateChunk> responseStream, ServerCallContext context) =>
        runs.RunAsync(request, (chunk, _) => responseStream.WriteAsync(chunk, context.CancellationToken), context, context.CancellationToken);

    public override Task Contribute(IAsyncStreamReader<ContributeRequest> requestStream, IServerStreamWriter<Contribution> responseStream, ServerCallContext context) =>
        contributions.RunAsync(requestStream, responseStream, context);

    public override Task<TokenizeResponse> Tokenize(TokenizeRequest request, ServerCallContext context) =>
        AnswerAsync(() => texts.TokenizeAsync(request, context.CancellationToken), context);

    public override Task<DetokenizeResponse> Detokenize(DetokenizeRequest request, ServerCallContext context) => AnswerAsync(() => texts.DetokenizeAsync(request), context);

    public override Task<EncodeResponse> Encode(EncodeRequest request, ServerCallContext context) => AnswerAsync(
        async () =>
        {
            using var turn = request.Suspect ? await suspects.TakeAsync(context) : null;
            return await encoding.EncodeAsync(request, context.CancellationToken);
        },
        context);

    private async Task<T> AnswerAsync<T>(Func<Task<T>> answer, ServerCallContext context)
    {
        try
        {
            return drain.Draining ? throw new RequestRefusedException(StatusCode.Unavailable, $"host {node.Name} drains; ask another") : await answer();
        }
        catch (Exception error) when (ExpertErrors.TryMap(error, context.CancellationToken, out var status))
        {
            throw status;
        }
    }
}
