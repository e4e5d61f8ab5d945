using ExpertCluster.ExpertHost.Ensembles;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.V1;
using Google.Protobuf;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>From the engine's tokens to the wire's, with the experts' names.</summary>
internal sealed class ChunkMapper
{
    private readonly string _baseAlone;
    private readonly BaseRuntime _runtime;
    private readonly Sampling _sampling;
    private readonly IReadOnlyList<RemoteMember> _members;
    private StreamingDecoder? _echo;

    /// <param name="lease">Who answers.</param>
    /// <param name="sampling">What ends the answer; checked.</param>
    /// <param name="members">Who else has a part.</param>
    public ChunkMapper(PlanLease lease, Sampling? sampling, IReadOnlyList<RemoteMember> members)
    {
        (_runtime, _sampling, _members) = (lease.Runtime, sampling ?? new Sampling(), members);
        _baseAlone = lease.Experts.FirstOrDefault(e => e.Activation.Adapter is null).Activation?.Expert ?? lease.Runtime.Name;
    }

    /// <summary>Adds the prompt's first token, which the engine tells nothing of.</summary>
    public void BeginEcho(GenerateChunk chunk, int token)
    {
        var first = new Token { Id = token };
        if (_sampling.HasTopLogprobs)
        {
            first.Bytes = BytesOf(token);
        }

        AddEcho(chunk, first);
    }

    /// <summary>Adds one entry of the engine's stream to a chunk.</summary>
    public void Append(GenerateChunk chunk, GeneratedToken token)
    {
        if (token.IsPrompt)
        {
            AddEcho(chunk, Map(token));
            chunk.FinishReason = Map(token.Finish);
            return;
        }

        chunk.Text += token.Text;
        chunk.FinishReason = Map(token.Finish);
        chunk.Stop = MatchOf(token);
        if (token.Id >= 0)
        {
            chunk.Tokens.Add(Map(token));
        }
        else if (_echo is not null && token.StopToken is int end)
        {
            // Who has a text scored counts on as many tokens as were drawn.
            chunk.Tokens.Add(Map(token with { Id = end }));
        }
    }

    private void AddEcho(GenerateChunk chunk, Token token)
    {
        // As a whole text, which it is; the answer's goes on from it.
        _echo ??= new StreamingDecoder(_runtime.Tokenizer);
        token.Text = _echo.Append(token.Id);
        chunk.Echo.Add(token);
    }

    private Token Map(in GeneratedToken token)
    {
        var wire = new Token { Id = token.Id, Text = token.Text, Logprob = token.LogProbability };
        foreach (var (adapter, weight) in token.Experts)
        {
            wire.Experts.Add(new WeightedExpert { Name = adapter?.Name ?? _baseAlone, Weight = weight });
        }

        for (int i = 0; i < _members.Count; i++)
        {
            if (token.MemberShares![i] is > 0 and var share)
            {
                wire.Experts.AddRange(_members[i].Experts.Select(e => new WeightedExpert { Name = e.Name, Weight = e.Weight * share }));
            }
        }

        if (token.Top is { } top)
        {
            wire.Bytes = BytesOf(token.Id);
            wire.Top.AddRange(top.Select(t => new LikelyToken { Id = t.Token, Logprob = t.LogProbability, Bytes = BytesOf(t.Token) }));
        }

        return wire;
    }

    private StopMatch? MatchOf(GeneratedToken token) =>
        token.StopText is { } text ? new StopMatch { Text = text }
        : token.StopToken is int id ? GenerationMapper.StopTokens(_sampling, _runtime).GetValueOrDefault(id)
        : null;

    private ByteString BytesOf(int token) => ByteString.CopyFrom(_runtime.Tokenizer.GetTokenBytes(token));

    private static V1.FinishReason Map(Inference.Generation.FinishReason reason) => reason switch
    {
        Inference.Generation.FinishReason.Stop => V1.FinishReason.Stop,
        Inference.Generation.FinishReason.Length => V1.FinishReason.Length,
        _ => V1.FinishReason.Unspecified,
    };
}
