using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>What a choice, or a chunk of one, says and calls.</summary>
/// <param name="Text">Null: nothing is said of it.</param>
/// <param name="Calls">Of a chunk, those that begin or go on.</param>
/// <param name="HasCalls">Whether the choice has any so far.</param>
internal readonly record struct ChoiceText(string? Text, IReadOnlyList<CallPart> Calls, bool HasCalls)
{
    public static ChoiceText Of(string text) => new(text, [], HasCalls: false);

    /// <summary>Of a chunk of an answer that may call tools.</summary>
    public static ChoiceText Of(AnswerPart part, bool hasCalls) => new(part.Text.Length > 0 ? part.Text : null, part.Calls, hasCalls);
}
