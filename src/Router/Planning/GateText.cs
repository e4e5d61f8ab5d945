using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Planning;

/// <summary>What gates and rules read of a request: the prompt, or what the user said, since that is what is asked.</summary>
internal static class GateText
{
    /// <summary>Turns of the user that a gate reads at most, the last ones: those before hardly say what is asked now.</summary>
    private const int MostTurns = 8;

    /// <summary>The last of <see cref="Turns"/>.</summary>
    public static string Of(CompletionRequest request) => Turns(request).First();

    /// <summary>What the user said, the newest first; where he said nothing, the last message.</summary>
    public static IEnumerable<string> Turns(CompletionRequest request)
    {
        if (request.Messages is not { } messages)
        {
            return [request.Prompt ?? ""];
        }

        var own = messages.Reverse().Where(m => m.Role == ChatMessage.User).Select(m => m.Content);
        return own.DefaultIfEmpty(messages[^1].Content).Take(MostTurns);
    }
}
