using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Contracts.Tests.Completions;

public sealed class RequestLimitsTests
{
    public static TheoryData<CompletionRequest, string, string> Wrong => new()
    {
        { new(), "prompt", "prompt or messages is missing" },
        { new() { Prompt = "" }, "prompt", "is empty" },
        { new() { Messages = [] }, "messages", "messages has 0 entries; 1 to 1024 are taken" },
        { new() { Messages = [.. Enumerable.Repeat(new ChatMessage("user", "a"), 1025)] }, "messages", "messages has 1025 entries" },
        { new() { Messages = [new("user", "a"), new("robot", "a")] }, "messages[1].role", "must be system, user, assistant or tool" },
        { new() { Model = "law", PromptTokens = [] }, "prompt_tokens", "prompt_tokens has 0 tokens; 1 to 1048576 are taken" },
        { new() { PromptTokens = [1] }, "prompt_tokens", "they need a model by name" },
        { new() { Model = "law", Prompt = "a", PromptTokens = [1] }, "prompt_tokens", "prompt_tokens stands beside prompt or messages" },
        { new() { Messages = [new("user", "a")], Chat = new() { ContinueFinalMessage = true, AddGenerationPrompt = true } }, "continue_final_message", "stands beside add_generation_prompt true" },
        { Of() with { Model = new string('m', 129) }, "model", "model has 129 characters; at most 128 are taken" },
        { new() { Messages = [new("user", "a")], Echo = true }, "echo", "echo stands beside messages; it is for a prompt" },
        { Of() with { Sampling = new() { MaxTokens = 0 } }, "max_tokens", "max_tokens is 0; it must be 1 or above" },
        { Of() with { Echo = true, Sampling = new() { MaxTokens = -1 } }, "max_tokens", "max_tokens is -1; it must be 0 or above" },
        { Of() with { Sampling = new() { Temperature = 2.5f } }, "temperature", "temperature is 2.5; it must be from 0 to 2" },
        { Of() with { Merge = new() { K = 0 } }, "merge.k", "merge.k is 0; it must be from 1 to 16" },
        { Of() with { Merge = new() { GeneralistWeight = 4.1 } }, "merge.generalist_weight", "merge.generalist_weight is 4.1; it must be from 0 to 4" },
        { Of() with { Merge = new() { GeneralistWeight = double.NaN } }, "merge.generalist_weight", "merge.generalist_weight is NaN" },
        { Of() with { Merge = new() { Hysteresis = 1.01 } }, "merge.hysteresis", "merge.hysteresis is 1.01; it must be from 0 to 1" },
        { Of() with { Merge = new() { K = 17 } }, "merge.k", "merge.k is 17" },
        { Of() with { Merge = new() { Scope = (MergeScope)9 } }, "merge.scope", "merge.scope is 9, which is no scope" },
        { Of() with { Merge = new() { Experts = [.. Enumerable.Repeat(new WeightedExpert("law", 1), 17)] } }, "merge.experts", "merge.experts has 17 entries; at most 16 are allowed" },
        { Of() with { Merge = new() { Experts = [new("law", double.NaN)] } }, "merge.experts", "the weight NaN" },
        { Of() with { Merge = new() { Experts = [new("law", -1)] } }, "merge.experts", "the weight -1" },
        { Of() with { Merge = new() { Experts = [new("law", double.PositiveInfinity)] } }, "merge.experts", "the weight Infinity" },
        { Of() with { Merge = new() { Experts = [new(new string('x', 500), -1)] } }, "merge.experts", "xxx...\"" },
        { Of() with { Routing = new() { Allow = [.. Enumerable.Repeat("law", 65)] } }, "routing.allow", "routing.allow has 65 entries; at most 64 are taken" },
        { Of() with { Routing = new() { Deny = [.. Enumerable.Repeat("law", 70)] } }, "routing.deny", "routing.deny has 70 entries" },
        { Of() with { Routing = new() { Labels = [.. Enumerable.Repeat("a=b", 33)] } }, "routing.labels", "routing.labels has 33 entries; at most 32 are taken" },
        { Of() with { Routing = new() { Labels = ["a=b", "residency"] } }, "routing.labels", "routing.labels has \"residency\"; it must be key=value" },
        { Of() with { Routing = new() { MaxCost = -0.5 } }, "routing.max_cost", "routing.max_cost is -0.5; it must be 0 or above" },
        { Of() with { Routing = new() { MaxCost = double.NaN } }, "routing.max_cost", "routing.max_cost is NaN" },
    };

    public static TheoryData<CompletionRequest> Right => new()
    {
        Of(),
        new CompletionRequest { Model = "law", PromptTokens = [1] },
        new CompletionRequest { Messages = [new("user", "a"), new("assistant", ""), new("tool", "b")] },
        new CompletionRequest { Messages = [new("system", ""), new("user", "a"), new("assistant", "b")] },
        new CompletionRequest { Messages = [.. Enumerable.Repeat(new ChatMessage("user", "a"), 1024)] },
        Of() with { Model = new string('m', 128) },
        Of() with { Echo = true, Sampling = new() { MaxTokens = 0 } },
        Of() with { Merge = new() { K = 1, Scope = MergeScope.Token, Experts = [new("law", 0)] } },
        Of() with { Merge = new() { K = 4, Experts = [.. Enumerable.Repeat(new WeightedExpert("law", double.MaxValue), 16)] } },
        Of() with { Routing = new() { Allow = [.. Enumerable.Repeat("law", 64)], Deny = ["code"], Labels = [.. Enumerable.Repeat("a=b", 32)], MaxCost = 0 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Check_Wrong_NamesFieldValueAndLimit(CompletionRequest request, string field, string part)
    {
        var failure = RequestLimits.Check(request)!;

        Assert.Equal((FailureKind.InvalidArgument, field), (failure.Kind, failure.Field));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Right))]
    public void Check_OnTheLimit_Passes(CompletionRequest request) => Assert.Null(RequestLimits.Check(request));

    private static CompletionRequest Of() => new() { Prompt = "a" };
}
