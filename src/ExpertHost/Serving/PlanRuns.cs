using ExpertCluster.ExpertHost.Ensembles;
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

/// <summary>Runs plans, whatever service they came by: what holds for one that a router sent holds for all.</summary>
internal sealed class PlanRuns(
    PlanOpener plans,
    PlanReader reader,
    Contributors contributors,
    SuspectTurns suspects,
    DrainState drain,
    NodeOptions node,
    HostMetrics metrics,
    StallGuard stalls,
    TimeProvider time)
{
    /// <param name="request">The plan.</param>
    /// <param name="write">Sends a chunk, or what another protocol makes of it, with what has been counted up to it. It has the node's time for each.</param>
    /// <param name="context">Of the call.</param>
    /// <param name="cancellation">Of the call, or of it and more.</param>
    /// <exception cref="RpcException">It can't be run, or failed; the status says why.</exception>
    public async Task RunAsync(GenerateRequest request, Func<GenerateChunk, RunCounts, Task> write, ServerCallContext context, CancellationToken cancellation)
    {
        try
        {
            if (drain.Draining)
            {
                throw new RequestRefusedException(StatusCode.Unavailable, $"host {node.Name} drains; ask another");
            }

            if (Contributors.ProblemOf(request) is { } problem)
            {
                throw new RequestRefusedException(StatusCode.InvalidArgument, problem);
            }

            using var turn = request.Suspect ? await suspects.TakeAsync(context) : null;
            using var lease = await plans.OpenAsync(request, cancellation);
            if (lease.WasCold)
            {
                metrics.ColdRequests.WithLabels(lease.Runtime.Name).Inc();
            }

            try
            {
                await StreamAsync(request, lease, turn, write, context, cancellation);
            }
            catch (AdapterLoadException error)
            {
                throw plans.Fail(lease, error);
            }
            catch (StepFailedException error) when (error.InnerException is ArithmeticException)
            {
                throw Overflowed(lease, error);
            }
        }
        catch (Exception error) when (ExpertErrors.TryMap(error, cancellation, out var status))
        {
            throw status;
        }
    }

    /// <summary>Weights that are numbers and whose products are none, as those of a training that diverged: whose they are is all that helps.</summary>
    private static RequestRefusedException Overflowed(PlanLease lease, StepFailedException error)
    {
        string[] adapted = [.. lease.Experts.Where(expert => expert.Activation.Adapter is not null).Select(expert => expert.Activation.Expert).Distinct()];
        string whose = adapted.Length > 0 ? $"the adapter of {string.Join(" or ", adapted)}" : $"base {lease.Runtime.Name}";
        return new RequestRefusedException(StatusCode.Internal, $"{error.Message}: the numbers of {whose} overflow with this prompt", error);
    }

    /// <summary>
    /// Checks, tokenizes, generates and writes. Tokens that are there at once go out in one chunk: a writer that lags
    /// catches up with fewer, larger messages. The last chunk says why it ended, and the usage.
    /// </summary>
    private async Task StreamAsync(
        GenerateRequest request,
        PlanLease lease,
        SuspectTurns.Turn? turn,
        Func<GenerateChunk, RunCounts, Task> write,
        ServerCallContext context,
        CancellationToken cancellation)
    {
        var http = context.GetHttpContext();
        var runtime = lease.Runtime;
        var members = contributors.Of(request, runtime.Engine.Vocabulary, context.Deadline);
        var generation = await reader.ReadAsync(request, lease, cancellation);
        if (members.Count > 0)
        {
            generation = generation with
            {
                Members = [.. members.Select(member => new EnsembleMember(member, member.Weight))],
                MemberPatience = contributors.Patience,
            };
        }

        var prompt = generation.Prompt;
        var mapper = new ChunkMapper(lease, request.Sampling, members);
        using var observed = metrics.Begin(runtime.Name, prompt.Count, time);
        await using var tokens = runtime.Engine.Generate(generation, cancellation);
        if (turn is not null && !await turn.EndAsync(tokens.WaitToReadAsync(cancellation).AsTask(), isFull: runtime.Engine.Status.Waiting > 0))
        {
            await stalls.WaitAsync(write(new GenerateChunk(), new RunCounts(prompt.Count, 0, 0)), http);
        }

        int completion = request.ResumeTokens.Count;
        bool isFirst = true;
        while (await tokens.WaitToReadAsync(cancellation))
        {
            var chunk = new GenerateChunk();
            if (isFirst && request.Echo)
            {
                mapper.BeginEcho(chunk, prompt[0]);
            }

            while (tokens.TryRead(out var token))
            {
                mapper.Append(chunk, token);
                CountMissed(token, members);
                if (token.Finish != Inference.Generation.FinishReason.None)
                {
                    observed.Finish(token.Finish);
                }
            }

            chunk.LostContributors.AddRange(members.Select(m => m.TakeLost()).OfType<string>());
            Count(chunk, observed);
            completion += chunk.Tokens.Count;
            var counts = new RunCounts(prompt.Count, completion, Math.Min(tokens.CachedTokens, prompt.Count));
            if (isFirst)
            {
                isFirst = false;
                chunk.PromptUsage = new Usage { PromptTokens = counts.Prompt, CachedPromptTokens = counts.Cached };
            }

            if (chunk.FinishReason != V1.FinishReason.Unspecified)
            {
                chunk.Usage = new Usage { PromptTokens = counts.Prompt, CompletionTokens = counts.Completion, CachedPromptTokens = counts.Cached };
            }

            await stalls.WaitAsync(write(chunk, counts), http);
        }
    }

    private void CountMissed(in GeneratedToken token, IReadOnlyList<RemoteMember> members)
    {
        for (int i = 0; i < members.Count && token.Id >= 0; i++)
        {
            if (token.MemberShares![i] == 0)
            {
                metrics.ContributionsMissed.WithLabels(members[i].Base).Inc();
            }
        }
    }

    private static void Count(GenerateChunk chunk, ObservedGeneration observed)
    {
        observed.Tokens(chunk.Tokens.Count);
        foreach (var token in chunk.Tokens)
        {
            foreach (var expert in token.Experts)
            {
                observed.Share(expert.Name, expert.Weight);
            }
        }
    }
}

/// <summary>Tokens up to a moment of a run.</summary>
/// <param name="Prompt">Of the prompt.</param>
/// <param name="Completion">Of the answer, what another host gave of it before among them.</param>
/// <param name="Cached">Of the prompt, what was not computed again.</param>
internal readonly record struct RunCounts(int Prompt, int Completion, int Cached);
