using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.V1;
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

    /// <summary>Whether it says no more than that a suspect's turn is over.</summary>
    public static bool IsEmpty(GenerateChunk chunk) => chunk.Tokens.Count == 0 && chunk.FinishReason == V1.FinishReason.Unspecified;

    public CompletionChunk Read(GenerateChunk chunk) => new()
    {
        Text = chunk.Text,
        Tokens = ReadTokens(chunk),
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

    private List<Token> ReadTokens(GenerateChunk chunk)
    {
        _tokens.Clear();
        for (int i = 0; i < chunk.Tokens.Count; i++)
        {
            var token = chunk.Tokens[i];
            _tokens.Add(new Token(token.Id, token.Text, token.Logprob, ReadExperts(token)) { Detail = token.HasBytes ? ReadDetail(token) : null });
        }

        return _tokens;
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
