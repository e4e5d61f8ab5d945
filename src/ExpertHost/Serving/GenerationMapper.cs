using System.Collections.Frozen;
using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Inference.Generation;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>From the wire's plan to the engine's branches.</summary>
internal static class GenerationMapper
{
    /// <summary>What an absent max_tokens means, cut to what the context leaves.</summary>
    public const int DefaultMaxTokens = 256;

    /// <exception cref="RequestRefusedException">The plan can't be run here; the message says why.</exception>
    public static GenerationRequest Map(
        GenerateRequest request, PlanLease lease, IReadOnlyList<int> prompt, int contextLength)
    {
        var sampling = request.Sampling ?? new Sampling();
        int room = contextLength - prompt.Count;
        return new GenerationRequest
        {
            Prompt = prompt,
            Resume = request.ResumeTokens,
            Caller = request.Caller,
            MaxTokens = sampling.HasMaxTokens ? Math.Min(sampling.MaxTokens, Math.Max(1, room)) : Math.Min(DefaultMaxTokens, room),
            Sampling = Map(sampling),
            Branches = Branches(request, lease),
            EndTokens = sampling.IgnoreEos ? FrozenSet<int>.Empty : lease.Runtime.EndTokens,
            Stop = [.. sampling.Stop],
        };
    }

    /// <summary>Before anything is tokenized.</summary>
    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT: every field out of range is named.</exception>
    public static void CheckSampling(Sampling? sampling)
    {
        if (sampling is null)
        {
            return;
        }

        List<string> failures = [.. SamplingOptionsValidator.Validate(Map(sampling))];
        if (sampling is { HasMaxTokens: true, MaxTokens: < 1 })
        {
            failures.Add($"max_tokens is {sampling.MaxTokens}; it must be 1 or above");
        }

        if (failures.Count > 0)
        {
            throw Refused(StatusCode.InvalidArgument, string.Join("; ", failures));
        }
    }

    private static SamplingOptions Map(Sampling sampling) => new()
    {
        Temperature = sampling.HasTemperature ? sampling.Temperature : 0,
        TopK = sampling.HasTopK ? sampling.TopK : 0,
        TopP = sampling.HasTopP ? sampling.TopP : 1,
        MinP = sampling.HasMinP ? sampling.MinP : 0,
        RepetitionPenalty = sampling.HasRepetitionPenalty ? sampling.RepetitionPenalty : 1,
        Seed = sampling.Seed,
        Extra = sampling.Extra.Count == 0 ? Contracts.Completions.Sampling.Default.Extra : new Dictionary<string, double>(sampling.Extra, StringComparer.Ordinal),
    };

    private static Branch[] Branches(GenerateRequest request, PlanLease lease)
    {
        var experts = lease.Experts;
        return (request.Mode, request.Scope) switch
        {
            (MergeMode.Route or MergeMode.Mix, MergeScope.Token) => [new Branch { Gate = Gate(request, lease) }],
            (MergeMode.Route, MergeScope.Request) when experts.Count == 1 => [Alone(experts[0].Activation, 1)],
            (MergeMode.Route, MergeScope.Request) =>
                throw Refused(StatusCode.InvalidArgument, $"merge.experts has {experts.Count} entries; route at request scope takes one"),
            (MergeMode.Mix, MergeScope.Request) =>
                [new Branch { Mix = [.. experts.Select(e => new WeightedAdapter(e.Activation.Adapter, (float)e.Weight))] }],
            (MergeMode.Ensemble, MergeScope.Request) => [.. experts.Select(e => Alone(e.Activation, e.Weight))],
            (MergeMode.Ensemble, MergeScope.Token) =>
                throw Refused(StatusCode.Unimplemented, "merge.scope token is not built for mode ensemble; use scope request, or mode route"),
            (MergeMode.Cascade, _) => throw Refused(StatusCode.Unimplemented, "merge.mode cascade is not built yet"),
            _ => throw Refused(StatusCode.InvalidArgument, $"merge: mode {request.Mode} with scope {request.Scope} is not a plan"),
        };
    }

    private static Branch Alone(ExpertActivation expert, double weight) =>
        new() { Weight = weight, Mix = expert.Adapter is { } adapter ? [new WeightedAdapter(adapter, 1)] : [] };

    private static TokenRowGate Gate(GenerateRequest request, PlanLease lease)
    {
        if (lease.Gate is not { } gate)
        {
            throw Refused(
                StatusCode.InvalidArgument, $"merge.scope token: base {lease.Runtime.Name} has no token gate, as none of its experts has examples");
        }

        return new TokenRowGate(gate, lease.Experts.Select(e => new TokenCandidate(ClassOf(e.Activation), e.Activation.Adapter, e.Weight)), Math.Max(1, request.K));

        int ClassOf(ExpertActivation expert) => gate.ClassOf(expert.Expert) is >= 0 and var known
            ? known
            : throw Refused(StatusCode.InvalidArgument, $"merge.scope token: the gate doesn't know expert {expert.Expert}, as it has no examples");
    }

    private static RequestRefusedException Refused(StatusCode code, string message) => new(code, message);
}
