using System.Text;
using ExpertCluster.Contracts.Answers;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>What is told with a message of an answer: all of it, or a piece.</summary>
internal sealed class InferAnswer
{
    /// <summary>By which <see cref="Experts"/> are told.</summary>
    public const string ExpertsParameter = "expert_cluster.experts";

    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    /// <summary>Null before the last piece.</summary>
    public string? Finish { get; private set; }

    public Usage? Usage { get; private set; }

    /// <summary>The experts of the plan, the first one leading; null but in the message that has the plan.</summary>
    public string? Experts { get; private set; }

    public void Add(CompletionChunk chunk)
    {
        _text.Append(chunk.Text);
        Usage = chunk.Usage ?? Usage;
        Experts = chunk.Plan is { } plan ? string.Join(',', plan.Experts.Select(e => e.Name)) : Experts;
        Finish = chunk.Finish switch
        {
            FinishReason.Stop => "stop",
            FinishReason.Length => "length",
            _ => Finish,
        };
    }

    public static InferAnswer Of(CompletionChunk chunk)
    {
        var answer = new InferAnswer();
        answer.Add(chunk);
        return answer;
    }

    /// <summary>The value of an output; null: it is not known yet.</summary>
    public object? ValueOf(string output) => output switch
    {
        InferRequest.Text => Text,
        InferRequest.Finish => Finish,
        InferRequest.TokensIn => (uint?)Usage?.PromptTokens,
        InferRequest.TokensOut => (uint?)Usage?.CompletionTokens,
        _ => null,
    };
}
