using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Costs;

namespace ExpertCluster.Router.Merging.Sections;

/// <summary>
/// Answers of several parts of a question as one stream, each below a heading with its expert's name. The limit of tokens is that of all together; where it is reached, the parts
/// behind are left.
/// </summary>
internal sealed class SectionStream : IAnswerStream
{
    private readonly BackendSet _backends;
    private readonly BackendCall _call;
    private readonly int _limit;
    private int _part = -1;
    private int _given;
    private int _resumesBefore;
    private Usage _usage = Usage.None;
    private CostMeter _costs = null!;
    private IAnswerStream _answer = null!;
    private bool _isOver;

    private SectionStream(BackendSet backends, BackendCall call)
    {
        (_backends, _call) = (backends, call);
        _limit = call.Request.Sampling.MaxTokens ?? Sampling.UsualTokens * call.Plan.Parts.Count;
        Current = new CompletionChunk();
    }

    public CompletionChunk Current { get; private set; }

    public string Host => _answer.Host;

    public int Resumes => _resumesBefore + _answer.Resumes;

    /// <summary>Waits for the first part's first chunk.</summary>
    public static async Task<SectionStream> OpenAsync(BackendSet backends, BackendCall call, CancellationToken cancellation)
    {
        var stream = new SectionStream(backends, call);
        await stream.BeginAsync(cancellation);
        return stream;
    }

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellation)
    {
        if (_isOver)
        {
            return false;
        }

        if (await _answer.MoveNextAsync(cancellation))
        {
            Current = Take();
            return true;
        }

        _resumesBefore += _answer.Resumes;
        _answer.Dispose();
        await BeginAsync(cancellation);
        return true;
    }

    public void Dispose() => _answer?.Dispose();

    private async Task BeginAsync(CancellationToken cancellation)
    {
        var part = PartialPlans.Ready(_call.Plan, _call.Plan.Parts[++_part]);
        _costs = new CostMeter(part);
        var request = Asking(_call.Request, part.Question!) with { Sampling = _call.Request.Sampling with { MaxTokens = _limit - _given } };
        _answer = await _backends.Of(part).OpenAsync(_call with { Request = request, Plan = part }, cancellation);
        var first = Take();
        Current = first with { Text = $"{(_part > 0 ? "\n\n" : "")}### {part.Experts[0].Name}\n\n{first.Text.TrimStart()}" };
    }

    private static CompletionRequest Asking(CompletionRequest request, string question)
    {
        if (request.Messages is not { } messages)
        {
            return request with { Prompt = question };
        }

        ChatMessage[] turns = [.. messages];
        int last = Math.Max(0, Array.FindLastIndex(turns, t => t.Role == ChatMessage.User));
        turns[last] = turns[last] with { Content = question };
        return request with { Messages = turns };
    }

    /// <summary>Of parts that are not the last the end is no end.</summary>
    private CompletionChunk Take()
    {
        var chunk = _answer.Current;
        _costs.Count(chunk);
        _given += chunk.Tokens.Count;
        if (chunk.Usage is { } usage)
        {
            _usage = new Usage(_usage.PromptTokens + usage.PromptTokens, _usage.CompletionTokens + usage.CompletionTokens, _usage.CachedPromptTokens + usage.CachedPromptTokens)
            {
                Experts = CostMeter.Sum(_usage.Experts, _costs.Of(usage)),
            };
        }

        if (chunk.Finish == FinishReason.None)
        {
            return chunk;
        }

        bool isCut = _given >= _limit;
        _isOver = isCut || _part == _call.Plan.Parts.Count - 1;
        return _isOver
            ? chunk with { Finish = isCut && _part < _call.Plan.Parts.Count - 1 ? FinishReason.Length : chunk.Finish, Usage = _usage }
            : chunk with { Finish = FinishReason.None, Stop = null, Usage = null };
    }
}
