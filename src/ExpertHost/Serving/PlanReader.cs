using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.V1;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>From a plan to what the engine runs: checks, tokenizes, compiles.</summary>
internal sealed class PlanReader(PromptThreads prompts, HostMetrics metrics, TimeProvider time)
{
    /// <param name="request">The plan.</param>
    /// <param name="lease">What it runs with.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <exception cref="RequestRefusedException">Something is wrong with the request; the message names the field.</exception>
    public async Task<GenerationRequest> ReadAsync(GenerateRequest request, PlanLease lease, CancellationToken cancellation)
    {
        var runtime = lease.Runtime;
        int context = runtime.Engine.ContextLength;
        GenerationMapper.CheckSampling(request.Sampling, request.Echo);
        var prompt = await prompts.ReadAsync(runtime, lease.Template, request, context, cancellation);
        var banned = await prompts.ReadBadWordsAsync(runtime, request.Sampling, cancellation);
        var grammar = await CompileAsync(runtime, request.StructuredOutput, cancellation);
        return GenerationMapper.Map(request, lease, prompt, context, banned) with { Grammar = grammar };
    }

    /// <returns>Null: the answer may be anything.</returns>
    private async Task<CompiledGrammar?> CompileAsync(BaseRuntime runtime, StructuredOutput? structure, CancellationToken cancellation)
    {
        if (structure is null)
        {
            return null;
        }

        long start = time.GetTimestamp();
        try
        {
            var (grammar, wasKept) = await prompts.CompileAsync(runtime, structure, cancellation);
            metrics.StructuredRequests.WithLabels(runtime.Name, wasKept ? "kept" : "compiled").Inc();
            if (!wasKept)
            {
                metrics.StructureSeconds.WithLabels(runtime.Name).Observe(time.GetElapsedTime(start).TotalSeconds);
            }

            return grammar;
        }
        catch (RequestRefusedException)
        {
            metrics.StructuredRequests.WithLabels(runtime.Name, "refused").Inc();
            throw;
        }
    }
}
