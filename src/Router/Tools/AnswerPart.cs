using ExpertCluster.Contracts.Answers;

namespace ExpertCluster.Router.Tools;

/// <summary>What a chunk adds to an answer.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Calls">Calls that begin or go on, each once.</param>
internal readonly record struct AnswerPart(string Text, IReadOnlyList<CallPart> Calls)
{
    /// <param name="chunk">Of the answer.</param>
    /// <param name="tools">Reads its calls; null: it is text alone.</param>
    public static AnswerPart Of(CompletionChunk chunk, ToolAnswer? tools) => tools is null ? new AnswerPart(chunk.Text, []) : tools.Take(chunk);

    /// <summary>What belongs to the call that began in an earlier chunk, before anything else is said; null: nothing.</summary>
    public CallPart? Continued => Calls.Count > 0 && Calls[0].Id is null ? Calls[0] : null;

    /// <summary>Calls that begin.</summary>
    public IEnumerable<CallPart> Begun => Calls.Where(call => call.Id is not null);
}

/// <summary>What a chunk adds to a call.</summary>
/// <param name="Index">Of the call in its answer, from 0 on.</param>
/// <param name="Id">Where it begins, else null.</param>
/// <param name="Name">Where it begins, else null.</param>
/// <param name="Arguments">More of them, as JSON.</param>
internal sealed record CallPart(int Index, string? Id, string? Name, string Arguments);
