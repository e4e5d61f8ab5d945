using System.Text;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using FinishReason = ExpertCluster.Contracts.Answers.FinishReason;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>From a remote model's updates to our chunks. One instance reads one answer.</summary>
/// <param name="expert">Who gives it.</param>
/// <param name="mostTokens">That it was asked for.</param>
internal sealed class RemoteReader(string expert, int mostTokens)
{
    /// <summary>Of tokens that a remote model gives: nobody here knows its vocabulary.</summary>
    public const int NoToken = -1;

    private readonly WeightedExpert[] _experts = [new(expert, 1)];
    private readonly RemoteToolCalls _calls = new();
    private UsageDetails? _usage;
    private int _parts;

    /// <summary>Why it ended, as far as was said; None: it goes on.</summary>
    public FinishReason Finish { get; private set; }

    /// <summary>Whether it went beyond what it was asked for: such an answer is read no further.</summary>
    public bool IsCut { get; private set; }

    public bool HasUsage => _usage is not null;

    /// <summary>What it cost: what the endpoint says, else a part of text counts as a token, and the prompt for nothing.</summary>
    public Usage Usage => new(
        Bounded(_usage?.InputTokenCount) ?? 0, Bounded(_usage?.OutputTokenCount) ?? _parts, Bounded(_usage?.CachedInputTokenCount) ?? 0);

    /// <returns>Null: it says nothing that a caller would see.</returns>
    /// <exception cref="RemoteException">The endpoint says that it failed.</exception>
    public CompletionChunk? Read(ChatResponseUpdate update)
    {
        string text = "";
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextContent part:
                    text += part.Text;
                    break;
                case UsageContent usage:
                    _usage = usage.Details;
                    break;
                case ErrorContent:
                    throw RemoteFailures.Unreadable("said within its answer that it failed");
            }
        }

        var told = update.RawRepresentation as StreamingChatCompletionUpdate;
        text += _calls.Read(told?.ToolCallUpdates ?? []);
        if (update.FinishReason is { } reason)
        {
            text += _calls.End();
            Finish = reason == ChatFinishReason.Length ? FinishReason.Length : FinishReason.Stop;
        }

        if (text.Length == 0)
        {
            return null;
        }

        var tokens = TokensOf(told, text);
        _parts += tokens.Count;
        if (_parts > mostTokens && Finish == FinishReason.None)
        {
            (Finish, IsCut) = (FinishReason.Length, true);
        }

        return new CompletionChunk { Text = text, Tokens = tokens };
    }

    private List<Token> TokensOf(StreamingChatCompletionUpdate? update, string text)
    {
        if (update is not { ContentTokenLogProbabilities: { Count: > 0 } likely })
        {
            return [new Token(NoToken, text, float.NaN, _experts)];
        }

        return [.. likely.Select(t => new Token(NoToken, t.Token, t.LogProbability, _experts)
        {
            Detail = new TokenDetail(BytesOf(t.Utf8Bytes, t.Token), [.. t.TopLogProbabilities.Select(l => new LikelyToken(NoToken, l.LogProbability, BytesOf(l.Utf8Bytes, l.Token)))]),
        })];
    }

    private static ReadOnlyMemory<byte> BytesOf(ReadOnlyMemory<byte>? bytes, string text) => bytes ?? Encoding.UTF8.GetBytes(text);

    private static int? Bounded(long? tokens) => tokens is null ? null : (int)Math.Clamp(tokens.Value, 0, int.MaxValue);
}
