using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Selection;

namespace ExpertCluster.Contracts.Completions;

/// <summary>What can be said of a request without a catalogue or a model: sizes, ranges, and what is missing.</summary>
public static class RequestLimits
{
    /// <summary>Experts at once.</summary>
    public const int MostAtOnce = 16;

    /// <summary>Experts that a caller may give.</summary>
    public const int MostPinned = 16;

    /// <summary>Experts that a caller may allow, or deny.</summary>
    public const int MostRouted = 64;

    public const int MostMessages = 1024;

    /// <summary>Tokens of a prompt that comes in tokens; how many its base takes, a host knows.</summary>
    public const int MostPromptTokens = 1 << 20;

    /// <summary>UTF-16 units of a model's name.</summary>
    public const int LongestName = 128;

    /// <summary>The first thing wrong, which names the field and the limit; null: nothing.</summary>
    public static Failure? Check(CompletionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CheckName(request.Model) ?? CheckInput(request) ?? SamplingRanges.Check(request.Sampling, leastTokens: request.Echo ? 0 : 1) ?? StructuredOutput.Check(request.Structure) ?? CheckMerge(request.Merge) ?? CheckRouting(request.Routing);
    }

    private static Failure? CheckName(string model) => model.Length <= LongestName
        ? null
        : Failure.Invalid("model", $"model has {model.Length} characters; at most {LongestName} are taken");

    /// <summary>The first thing wrong with a prompt or messages; null: nothing.</summary>
    public static Failure? CheckInput(CompletionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request is { Prompt: not null, Messages: not null })
        {
            return Failure.Invalid("prompt", "prompt stands beside messages; one of the two is taken");
        }

        if (request.PromptTokens is { } tokens)
        {
            return request is { Prompt: not null } or { Messages: not null } ? Failure.Invalid("prompt_tokens", "prompt_tokens stands beside prompt or messages; one of them is taken")
                : request.IsAuto ? Failure.Invalid("prompt_tokens", "prompt_tokens are a base's own, which the gate can't read; they need a model by name")
                : tokens.Count is 0 or > MostPromptTokens ? Failure.Invalid("prompt_tokens", $"prompt_tokens has {tokens.Count} tokens; 1 to {MostPromptTokens} are taken")
                : null;
        }

        if (request.Chat is { ContinueFinalMessage: true, AddGenerationPrompt: true })
        {
            return Failure.Invalid("continue_final_message", "continue_final_message stands beside add_generation_prompt true; one of the two is taken");
        }

        if (request is { Echo: true, Messages: not null })
        {
            return Failure.Invalid("echo", "echo stands beside messages; it is for a prompt");
        }

        if (request.Messages is not { } messages)
        {
            return request.Prompt switch
            {
                null => Failure.Invalid("prompt", "prompt or messages is missing"),
                "" => Failure.Invalid("prompt", "prompt is empty"),
                _ => null,
            };
        }

        if (messages.Count is 0 or > MostMessages)
        {
            return Failure.Invalid("messages", $"messages has {messages.Count} entries; 1 to {MostMessages} are taken");
        }

        for (int i = 0; i < messages.Count; i++)
        {
            if (!ChatMessage.Roles.Contains(messages[i].Role))
            {
                return Failure.Invalid($"messages[{i}].role", $"messages[{i}].role must be {string.Join(", ", ChatMessage.Roles.SkipLast(1))} or {ChatMessage.Roles[^1]}");
            }
        }

        return null;
    }

    private static Failure? CheckMerge(MergeWish merge)
    {
        if (!Enum.IsDefined(merge.Scope))
        {
            return Failure.Invalid("merge.scope", $"merge.scope is {(int)merge.Scope}, which is no scope");
        }

        if (merge.K is < 1 or > MostAtOnce)
        {
            return Failure.Invalid("merge.k", $"merge.k is {merge.K}; it must be from 1 to {MostAtOnce}");
        }

        if (MergeRanges.ProblemOf(merge.GeneralistWeight ?? 0, merge.Hysteresis ?? 0) is var (field, problem))
        {
            return Failure.Invalid($"merge.{field}", $"merge.{field} {problem}");
        }

        if (merge.Experts.Count > MostPinned)
        {
            return Failure.Invalid("merge.experts", $"merge.experts has {merge.Experts.Count} entries; at most {MostPinned} are allowed");
        }

        foreach (var (name, weight) in merge.Experts)
        {
            if (!(weight >= 0 && double.IsFinite(weight)))
            {
                return Failure.Invalid("merge.experts", FormattableString.Invariant($"merge.experts gives \"{Shorten(name)}\" the weight {weight}; it must be 0 or above"));
            }
        }

        return null;
    }

    private static Failure? CheckRouting(RoutingWish routing)
    {
        foreach (var (field, names, most) in ((string, IReadOnlyList<string>, int)[])
        [
            ("routing.allow", routing.Allow, MostRouted), ("routing.deny", routing.Deny, MostRouted), ("routing.labels", routing.Labels, HostLabels.Most),
        ])
        {
            if (names.Count > most)
            {
                return Failure.Invalid(field, $"{field} has {names.Count} entries; at most {most} are taken");
            }
        }

        return routing.Labels.FirstOrDefault(label => !HostLabels.IsWellFormed(label)) is { } wrong
            ? Failure.Invalid("routing.labels", $"routing.labels has \"{Shorten(wrong)}\"; it must be {HostLabels.Form}")
            : routing.MaxCost is { } cost && !(cost >= 0 && double.IsFinite(cost))
                ? Failure.Invalid("routing.max_cost", FormattableString.Invariant($"routing.max_cost is {cost}; it must be 0 or above"))
                : null;
    }

    /// <summary>A name from outside, cut to a length that can't fill a message or a log.</summary>
    public static string Shorten(string name)
    {
        const int Longest = 64;
        ArgumentNullException.ThrowIfNull(name);
        return name.Length <= Longest ? name : name[..Longest] + "...";
    }
}
