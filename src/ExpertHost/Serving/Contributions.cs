using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>This host's part of ensembles whose answers other hosts draw.</summary>
internal sealed class Contributions(PlanOpener plans, PlanReader reader, DrainState drain, NodeOptions node, HostMetrics metrics, StallGuard stalls)
{
    /// <exception cref="RpcException">It can't be run, or failed; the status says why.</exception>
    public async Task RunAsync(IAsyncStreamReader<ContributeRequest> requests, IServerStreamWriter<Contribution> responses, ServerCallContext context)
    {
        var cancellation = context.CancellationToken;
        try
        {
            if (drain.Draining)
            {
                throw new RequestRefusedException(StatusCode.Unavailable, $"host {node.Name} drains; ask another");
            }

            var first = await requests.MoveNext(cancellation) ? requests.Current : new ContributeRequest();
            var feed = FeedOf(first);
            using var lease = await plans.OpenAsync(first.Plan, cancellation);
            try
            {
                var generation = await reader.ReadAsync(first.Plan, lease, cancellation);
                await StreamAsync(Fed(generation, feed), feed, lease, requests, responses, context);
            }
            catch (AdapterLoadException error)
            {
                throw plans.Fail(lease, error);
            }
        }
        catch (Exception error) when (ExpertErrors.TryMap(error, cancellation, out var status))
        {
            throw status;
        }
    }

    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT: it is no first message.</exception>
    private static TokenFeed FeedOf(ContributeRequest first)
    {
        string? problem = first.Plan is null ? "plan is missing; the first message has one"
            : first.Candidates is < 0 or > EnsembleLimits.MostNamed ? $"candidates is {first.Candidates}; it must be from 0 to {EnsembleLimits.MostNamed}"
            : first.Plan.StructuredOutput is not null || first.Plan.Contributors.Count > 0 ? "plan: a structure and contributors belong to whoever draws the answer"
            : null;
        if (problem is not null)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, problem);
        }

        var feed = new TokenFeed(first.Candidates == 0 ? EnsembleLimits.Named : first.Candidates);
        feed.Add(first.Tokens);
        return feed;
    }

    /// <summary>A prompt that is scored there is here, from its first scored token on, a part of the answer.</summary>
    private static GenerationRequest Fed(GenerationRequest generation, TokenFeed feed) => generation.ScoreFrom is not { } first
        ? generation with { Feed = feed }
        : generation with
        {
            Feed = feed,
            ScoreFrom = null,
            Prompt = [.. generation.Prompt.Take(first)],
            MaxTokens = generation.MaxTokens + generation.Prompt.Count - first,
        };

    private async Task StreamAsync(
        GenerationRequest generation,
        TokenFeed feed,
        PlanLease lease,
        IAsyncStreamReader<ContributeRequest> requests,
        IServerStreamWriter<Contribution> responses,
        ServerCallContext context)
    {
        var runtime = lease.Runtime;
        var http = context.GetHttpContext();
        metrics.PromptTokens.WithLabels(runtime.Name).Inc(generation.Prompt.Count);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        await using var places = runtime.Engine.Generate(generation, context.CancellationToken);
        var feeding = FeedAsync(requests, feed, ended.Token);
        try
        {
            int vocabulary = runtime.Engine.Vocabulary;
            while (await places.WaitToReadAsync(context.CancellationToken))
            {
                // Only the newest place is waited for.
                TokenDistribution? newest = null;
                while (places.TryRead(out var place))
                {
                    newest = place.Distribution ?? newest;
                }

                if (newest is not null)
                {
                    metrics.Contributions.WithLabels(runtime.Name).Inc();
                    await stalls.WaitAsync(responses.WriteAsync(MessageOf(newest, vocabulary), context.CancellationToken), http);
                    vocabulary = 0;
                }
            }
        }
        finally
        {
            await ended.CancelAsync();
            await feeding;
        }
    }

    private static Contribution MessageOf(TokenDistribution distribution, int vocabulary)
    {
        var message = new Contribution { Place = distribution.Place, Tail = distribution.Tail, Vocabulary = vocabulary };
        message.Tokens.AddRange(distribution.Tokens.ToArray());
        message.Logprobs.AddRange(distribution.LogProbabilities.ToArray());
        return message;
    }

    /// <summary>Ends with the caller's last word, or with the call.</summary>
    private static async Task FeedAsync(IAsyncStreamReader<ContributeRequest> requests, TokenFeed feed, CancellationToken cancellation)
    {
        try
        {
            while (await requests.MoveNext(cancellation))
            {
                feed.Add(requests.Current.Tokens);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or RpcException or InvalidOperationException)
        {
            // The caller is gone, or has all it wanted: either way nothing more is drawn.
        }

        feed.Complete();
    }
}
