using System.Text;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>One choice of an answer that is not streamed, as it grows.</summary>
internal sealed class ChoiceAnswer
{
    private readonly StringBuilder _text = new();
    private readonly List<Token> _tokens = [];

    public string Text => _text.ToString();

    public IReadOnlyList<Token> Tokens => _tokens;

    public FinishReason Finish { get; private set; }

    public Plan? Plan { get; private set; }

    public void Add(CompletionChunk chunk)
    {
        _text.Append(chunk.Text);
        _tokens.AddRange(chunk.Tokens);
        Plan ??= chunk.Plan;
        Finish = chunk.Finish == FinishReason.None ? Finish : chunk.Finish;
    }
}
