using System.Collections.Frozen;
using ExpertCluster.ExpertHost.Gating;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>From the wire's plan to the engine's branches.</summary>
internal static class GenerationMapper
{
    /// <summary>Special tokens that give their text; formats of calls have two.</summary>
    private const int MostVisible = 16;

    /// <param name="request">What routers send.</param>
    /// <param name="lease">What it runs with.</param>
    /// <param name="prompt">Its tokens.</param>
    /// <param name="contextLength">Of the base.</param>
    /// <param name="banned">What its bad words are in tokens; null: it has none.</param>
    /// <exception cref="RequestRefusedException">The plan can't be run here; the message says why.</exception>
    public static GenerationRequest Map(
        GenerateRequest request, PlanLease lease, IReadOnlyList<int> prompt, int contextLength, IReadOnlyList<IReadOnlyList<int>>? banned = null)
    {
        CheckRoute(request);
        var sampling = request.Sampling ?? new Sampling();
        int room = contextLength - prompt.Count;
        if (request.Echo && request.Messages is not null)
        {
            throw Refused(StatusCode.InvalidArgument, "echo stands beside messages; it is for a prompt");
        }

        if (request.Echo && prompt.Count == 1 && sampling is { HasMaxTokens: true, MaxTokens: 0 })
        {
            throw Refused(StatusCode.InvalidArgument, "max_tokens is 0, and the prompt has 1 token, which nothing is before: there is nothing to score");
        }

        return new GenerationRequest
        {
            Prompt = prompt,
            ScoreFrom = request.Echo && prompt.Count > 1 ? 1 : null,
            Resume = request.ResumeTokens,
            Guess = request.GuessTokens,
            Caller = request.Caller,
            MaxTokens = sampling.HasMaxTokens ? Math.Min(sampling.MaxTokens, Math.Max(1, room)) : Math.Min(Contracts.Completions.Sampling.UsualTokens, room),
            Sampling = SamplingMapper.Map(sampling, banned ?? []),
            Branches = request.GeneralistWeight == 0 ? Branches(request, lease) : [.. Branches(request, lease), new Branch { Weight = request.GeneralistWeight }],
            Merging = request.GeneralistWeight == 0 ? BranchMerging.Mean : BranchMerging.Product,
            BranchGate = request is { Mode: MergeMode.Ensemble, Scope: MergeScope.Token } ? new TokenBranchGate(GateOf(lease), CandidatesOf(lease)) : null,
            EndTokens = EndTokens(sampling, lease.Runtime),
            Stop = [.. sampling.Stop],
            VisibleTokens = VisibleTokens(request, lease.Runtime.Tokenizer),
        };
    }

    private static void CheckRoute(GenerateRequest request)
    {
        if (Contracts.Completions.MergeRanges.ProblemOf(request.GeneralistWeight, request.Hysteresis) is var (field, problem))
        {
            throw Refused(StatusCode.InvalidArgument, $"{field} {problem}");
        }

        if ((request.GeneralistWeight != 0 || request.Hysteresis != 0) && request.Mode != MergeMode.Route)
        {
            throw Refused(StatusCode.InvalidArgument, $"generalist_weight and hysteresis are for mode route; the mode is {request.Mode}");
        }
    }

    /// <summary>Others than special tokens give their text anyway.</summary>
    private static IReadOnlyDictionary<int, string> VisibleTokens(GenerateRequest request, Tokenizer tokenizer)
    {
        if (request.VisibleTokens.Count > MostVisible)
        {
            throw Refused(StatusCode.InvalidArgument, $"visible_tokens has {request.VisibleTokens.Count} entries; at most {MostVisible} are taken");
        }

        Dictionary<int, string> visible = [];
        foreach (string text in request.VisibleTokens)
        {
            if (tokenizer.TryGetId(text, out int token) && tokenizer.IsSpecial(token))
            {
                visible[token] = text;
            }
        }

        return visible.Count > 0 ? visible : FrozenDictionary<int, string>.Empty;
    }

    /// <summary>Before anything is tokenized.</summary>
    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT: every field out of range is named.</exception>
    public static void CheckSampling(Sampling? sampling, bool echo = false)
    {
        if (sampling is null)
        {
            return;
        }

        string[] failures = [.. SamplingOptionsValidator.Validate(SamplingMapper.Map(sampling, [])), .. Contracts.Completions.SamplingRanges.Find(SamplingMapper.Lists(sampling), leastTokens: echo ? 0 : 1).Select(problem => problem.Message)];

        if (failures.Length > 0)
        {
            throw Refused(StatusCode.InvalidArgument, string.Join("; ", failures));
        }
    }

    /// <summary>
    /// Tokens by which the request itself ends its answer, and what each is to its caller. A special token gives no text, so that a stop text which is one's name would never be
    /// found: there the token stands for it. One with which the model ends anyway is the model's end.
    /// </summary>
    public static Dictionary<int, StopMatch> StopTokens(Sampling sampling, BaseRuntime runtime)
    {
        Dictionary<int, StopMatch> own = [];
        foreach (int token in sampling.StopTokenIds)
        {
            own[token] = new StopMatch { Token = token };
        }

        foreach (string stop in sampling.Stop)
        {
            if (runtime.Tokenizer.TryGetId(stop, out int token) && runtime.Tokenizer.IsSpecial(token))
            {
                own[token] = new StopMatch { Text = stop };
            }
        }

        foreach (int end in own.Keys.Where(token => !sampling.IgnoreEos && own[token].HasToken && runtime.EndTokens.Contains(token)).ToArray())
        {
            own.Remove(end);
        }

        return own;
    }

    private static IReadOnlySet<int> EndTokens(Sampling sampling, BaseRuntime runtime)
    {
        foreach (int token in sampling.StopTokenIds)
        {
            if (token >= runtime.Engine.Vocabulary)
            {
                throw Refused(StatusCode.InvalidArgument, $"stop_token_ids has token {token}; base {runtime.Name} has tokens from 0 to {runtime.Engine.Vocabulary - 1}");
            }
        }

        HashSet<int> own = [.. StopTokens(sampling, runtime).Keys];
        if (own.Count == 0)
        {
            return sampling.IgnoreEos ? FrozenSet<int>.Empty : runtime.EndTokens;
        }

        own.UnionWith(sampling.IgnoreEos ? [] : runtime.EndTokens);
        return own;
    }

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
            (MergeMode.Ensemble, MergeScope.Token) => [.. experts.Select(e => Alone(e.Activation, 1))],
            (MergeMode.Cascade, _) => throw Refused(StatusCode.Unimplemented, "merge.mode cascade is not built yet"),
            _ => throw Refused(StatusCode.InvalidArgument, $"merge: mode {request.Mode} with scope {request.Scope} is not a plan"),
        };
    }

    private static Branch Alone(ExpertActivation expert, double weight) =>
        new() { Weight = weight, Mix = expert.Adapter is { } adapter ? [new WeightedAdapter(adapter, 1)] : [] };

    private static TokenRowGate Gate(GenerateRequest request, PlanLease lease) => new(GateOf(lease), CandidatesOf(lease), Math.Max(1, request.K), request.Hysteresis);

    private static TokenGateScorer GateOf(PlanLease lease) => lease.Gate ?? throw Refused(
        StatusCode.InvalidArgument, $"merge.scope token: base {lease.Runtime.Name} has no token gate, as none of its experts has examples");

    private static TokenCandidate[] CandidatesOf(PlanLease lease)
    {
        var gate = GateOf(lease);
        return [.. lease.Experts.Select(e => new TokenCandidate(ClassOf(e.Activation), e.Activation.Adapter, e.Weight))];

        int ClassOf(ExpertActivation expert) => gate.ClassOf(expert.Expert) is >= 0 and var known
            ? known
            : throw Refused(StatusCode.InvalidArgument, $"merge.scope token: the gate doesn't know expert {expert.Expert}, as it has no examples");
    }

    private static RequestRefusedException Refused(StatusCode code, string message) => new(code, message);
}
