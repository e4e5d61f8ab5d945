using System.Text;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>One choice of an answer that is not streamed, as it grows.</summary>
/// <param name="tools">Reads its calls; null: it is text alone.</param>
internal sealed class ChoiceAnswer(ToolAnswer? tools = null)
{
    private readonly StringBuilder _text = new();
    private readonly List<Token> _tokens = [];
    private readonly List<Token> _echo = [];

    /// <summary>Where there are calls and nothing beside, its text is null.</summary>
    public ChoiceText Said
    {
        get
        {
            if (tools is null)
            {
                return ChoiceText.Of(_text.ToString());
            }

            CallPart[] calls = [.. tools.Calls];
            return new ChoiceText(tools.Text.Length > 0 || calls.Length == 0 ? tools.Text : null, calls, calls.Length > 0);
        }
    }

    public IReadOnlyList<Token> Tokens => _tokens;

    /// <summary>Those of the prompt, where they are asked for.</summary>
    public IReadOnlyList<Token> Echo => _echo;

    public FinishReason Finish { get; private set; }

    public StopMatch? Stop { get; private set; }

    public Plan? Plan { get; private set; }

    /// <summary>The only choice of an answer, to its end, and what it took.</summary>
    public static async Task<(ChoiceAnswer Answer, Usage Usage)> ReadAsync(IAsyncEnumerable<CompletionChunk> chunks, ToolAnswer? tools)
    {
        var whole = new ChoiceAnswer(tools);
        var usage = Usage.None;
        await foreach (var chunk in chunks)
        {
            whole.Add(chunk);
            usage = chunk.Usage ?? usage;
        }

        return (whole, usage);
    }

    public void Add(CompletionChunk chunk)
    {
        if (tools is null)
        {
            _text.Append(chunk.Text);
        }
        else
        {
            tools.Take(chunk);
        }

        _tokens.AddRange(chunk.Tokens);
        _echo.AddRange(chunk.Echo);
        Plan ??= chunk.Plan;
        Finish = chunk.Finish == FinishReason.None ? Finish : chunk.Finish;
        Stop = chunk.Stop ?? Stop;
    }
}
