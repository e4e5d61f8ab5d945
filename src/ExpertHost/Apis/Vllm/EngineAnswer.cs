using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.V1;
using V = ExpertCluster.V1.Vllm;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>From a run's chunks to vLLM's answer: what is new with each, and the whole at the end.</summary>
/// <param name="withLogprobs">Whether the tokens' probabilities were asked for.</param>
/// <param name="isStreamed">Whether what is new goes out: then the end needn't have the probabilities again, which may be more than a message takes.</param>
internal sealed class EngineAnswer(bool withLogprobs, bool isStreamed)
{
    private const string Stopped = "stop";
    private const string Cut = "length";
    private const string Aborted = "abort";

    private readonly V.GenerateComplete _whole = new() { OutputLogprobs = withLogprobs && !isStreamed ? new V.OutputLogProbs() : null };

    /// <summary>Whether the end was given: nothing comes behind it.</summary>
    public bool IsFinished => _whole.FinishReason.Length > 0;

    /// <returns>What is new; null: nothing that this protocol could say.</returns>
    public V.GenerateResponse? Add(GenerateChunk chunk, RunCounts counts)
    {
        (_whole.PromptTokens, _whole.CompletionTokens, _whole.CachedTokens) = ((uint)counts.Prompt, (uint)counts.Completion, (uint)counts.Cached);
        if (chunk.Tokens.Count == 0)
        {
            return null;
        }

        uint[] tokens = [.. chunk.Tokens.Select(token => (uint)token.Id)];
        _whole.OutputIds.AddRange(tokens);
        var logprobs = withLogprobs ? LogprobsOf(chunk) : null;
        _whole.OutputLogprobs?.MergeFrom(logprobs);
        return new V.GenerateResponse
        {
            Chunk = new V.GenerateStreamChunk
            {
                TokenIds = { tokens },
                PromptTokens = _whole.PromptTokens,
                CompletionTokens = (uint)tokens.Length,
                CachedTokens = _whole.CachedTokens,
                OutputLogprobs = logprobs,
            },
        };
    }

    public V.GenerateResponse Finish(FinishReason reason)
    {
        _whole.FinishReason = reason == FinishReason.Length ? Cut : Stopped;
        return new V.GenerateResponse { Complete = _whole };
    }

    /// <summary>As far as it came.</summary>
    public V.GenerateResponse Abort()
    {
        _whole.FinishReason = Aborted;
        return new V.GenerateResponse { Complete = _whole };
    }

    private static V.OutputLogProbs LogprobsOf(GenerateChunk chunk)
    {
        var all = new V.OutputLogProbs();
        foreach (var token in chunk.Tokens)
        {
            all.TokenIds.Add((uint)token.Id);
            all.TokenLogprobs.Add(token.Logprob);
            if (token.Top.Count > 0)
            {
                all.TopLogprobs.Add(new V.TopLogProbs { Values = { token.Top.Select(t => t.Logprob) }, TokenIds = { token.Top.Select(t => (uint)t.Id) } });
            }
        }

        return all;
    }
}
