using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.V1;
using Google.Protobuf.Collections;
using FinishReason = ExpertCluster.Contracts.Answers.FinishReason;
using LikelyToken = ExpertCluster.Contracts.Answers.LikelyToken;
using StopMatch = ExpertCluster.Contracts.Answers.StopMatch;
using Token = ExpertCluster.Contracts.Answers.Token;
using Usage = ExpertCluster.Contracts.Answers.Usage;
using WeightedExpert = ExpertCluster.Contracts.Completions.WeightedExpert;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>From a host's chunks to ours. One instance reads one stream; what it gives is valid until the next chunk.</summary>
internal sealed class HostChunks
{
    // Of the last token: most often the next one comes of the same.
    private WeightedExpert[] _experts = [];
    private readonly List<Token> _tokens = [];
    private readonly List<Token> _echo = [];
    private int _echoed;
    private int _repeated;

    /// <summary>Whether it says no more than that a suspect's turn is over.</summary>
    public static bool IsEmpty(GenerateChunk chunk) => chunk.Tokens.Count == 0 && chunk.Echo.Count == 0 && chunk.FinishReason == V1.FinishReason.Unspecified;

    /// <summary>Another host begins with the prompt again: what was read of its tokens before is left out.</summary>
    public void Repeat() => _repeated = 0;

    public CompletionChunk Read(GenerateChunk chunk) => new()
    {
        Text = chunk.Text,
        Tokens = ReadTokens(chunk.Tokens, _tokens),
        Echo = ReadEcho(chunk),
        Finish = chunk.FinishReason switch
        {
            V1.FinishReason.Stop => FinishReason.Stop,
            V1.FinishReason.Length => FinishReason.Length,
            _ => FinishReason.None,
        },
        Stop = chunk.Stop is { MatchCase: not V1.StopMatch.MatchOneofCase.None } stop ? new StopMatch(stop.HasText ? stop.Text : null, stop.HasToken ? stop.Token : null) : null,
        Usage = UsageOf(chunk.Usage),
        PromptUsage = UsageOf(chunk.PromptUsage),
    };

    private static Usage? UsageOf(V1.Usage? usage) => usage is null ? null : new Usage(usage.PromptTokens, usage.CompletionTokens, usage.CachedPromptTokens);

    private List<Token> ReadEcho(GenerateChunk chunk)
    {
        ReadTokens(chunk.Echo, _echo);
        int known = Math.Min(_echo.Count, _echoed - _repeated);
        _repeated += _echo.Count;
        _echo.RemoveRange(0, known);
        _echoed = Math.Max(_echoed, _repeated);
        return _echo;
    }

    private List<Token> ReadTokens(RepeatedField<V1.Token> tokens, List<Token> to)
    {
        to.Clear();
        for (int i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            to.Add(new Token(token.Id, token.Text, token.Logprob, ReadExperts(token)) { Detail = token.HasBytes ? ReadDetail(token) : null });
        }

        return to;
    }

    private static TokenDetail ReadDetail(V1.Token token) =>
        new(token.Bytes.Memory, [.. token.Top.Select(t => new LikelyToken(t.Id, t.Logprob, t.Bytes.Memory))]);

    private WeightedExpert[] ReadExperts(V1.Token token)
    {
        if (!IsLast(token))
        {
            var experts = new WeightedExpert[token.Experts.Count];
            for (int i = 0; i < experts.Length; i++)
            {
                experts[i] = new WeightedExpert(token.Experts[i].Name, token.Experts[i].Weight);
            }

            _experts = experts;
        }

        return _experts;
    }

    private bool IsLast(V1.Token token)
    {
        if (token.Experts.Count != _experts.Length)
        {
            return false;
        }

        for (int i = 0; i < _experts.Length; i++)
        {
            if (token.Experts[i].Weight != _experts[i].Weight || token.Experts[i].Name != _experts[i].Name)
            {
                return false;
            }
        }

        return true;
    }
}
