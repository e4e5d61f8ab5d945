using ExpertCluster.Contracts.Answers;
using ExpertCluster.Router.Costs;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>The usage of all choices: a prompt counts once, as OpenAI counts it, however many answers it gets.</summary>
/// <param name="perPrompt">Choices of each prompt.</param>
internal sealed class UsageSum(int perPrompt)
{
    public Usage Total { get; private set; } = Usage.None;

    public void Add(int choice, Usage? usage)
    {
        if (usage is null)
        {
            return;
        }

        bool isFirst = choice % perPrompt == 0;
        Total = new Usage(
            Total.PromptTokens + (isFirst ? usage.PromptTokens : 0),
            Total.CompletionTokens + usage.CompletionTokens,
            Total.CachedPromptTokens + (isFirst ? usage.CachedPromptTokens : 0))
        {
            Experts = CostMeter.Sum(Total.Experts, usage.Experts),
        };
    }
}
