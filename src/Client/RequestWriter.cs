using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ExpertCluster.Client;

/// <summary>From a conversation and its options to the wire's request. Ranges are not looked at: the cluster checks them, and names the field.</summary>
internal static class RequestWriter
{
    /// <exception cref="ExpertClusterException">Something can't be asked of a cluster; the field is named.</exception>
    public static (CompleteRequest Request, Metadata Headers) Write(IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, string model)
    {
        var request = Begin(client, options);
        var headers = new Metadata();
        request.Model = options?.ModelId ?? (request.Model.Length > 0 ? request.Model : model);
        request.Messages ??= new Messages();
        request.Sampling ??= new Sampling();
        request.Chat ??= new V1.ChatOptions();
        if (options?.Instructions is { Length: > 0 } instructions)
        {
            request.Messages.Messages_.Add(new Message { Role = ChatRole.System.Value, Content = instructions });
        }

        MessageWriter.Write(request.Messages.Messages_, messages);
        if (options is not null)
        {
            RefuseWhatIsNot(options);
            Sample(request.Sampling, options);
            Format(request, options.ResponseFormat);
            ToolWriter.Write(request, options);
            ExtraFields.Onto(request, headers, options.AdditionalProperties ?? []);
        }

        return (request, headers);
    }

    private static CompleteRequest Begin(IChatClient client, ChatOptions? options) => options?.RawRepresentationFactory?.Invoke(client) switch
    {
        null => new CompleteRequest(),
        CompleteRequest given => given.Clone(),
        var other => throw ExpertClusterException.Refused(
            nameof(options.RawRepresentationFactory), $"gave a {other.GetType().Name}; it must give a {nameof(CompleteRequest)}"),
    };

    private static void RefuseWhatIsNot(ChatOptions options)
    {
        if (options.ConversationId is not null)
        {
            throw ExpertClusterException.Refused(nameof(options.ConversationId), "can't be followed: nothing is stored, the whole conversation comes with each request");
        }

        if (options.Reasoning is { Effort: not (null or ReasoningEffort.None) })
        {
            throw ExpertClusterException.Refused(nameof(options.Reasoning), "can't be followed: no expert knows of it");
        }
    }

    private static void Sample(Sampling sampling, ChatOptions options)
    {
        if (options.MaxOutputTokens is { } most)
        {
            sampling.MaxTokens = most;
        }

        if (options.Temperature is { } temperature)
        {
            sampling.Temperature = temperature;
        }

        if (options.TopP is { } topP)
        {
            sampling.TopP = topP;
        }

        if (options.TopK is { } topK)
        {
            sampling.TopK = topK;
        }

        if (options.Seed is { } seed)
        {
            sampling.Seed = unchecked((ulong)seed);
        }

        if (options.FrequencyPenalty is { } frequency)
        {
            sampling.FrequencyPenalty = frequency;
        }

        if (options.PresencePenalty is { } presence)
        {
            sampling.PresencePenalty = presence;
        }

        sampling.Stop.AddRange(options.StopSequences ?? []);
    }

    private static void Format(CompleteRequest request, ChatResponseFormat? format)
    {
        switch (format)
        {
            case null or ChatResponseFormatText:
                break;
            case ChatResponseFormatJson { Schema: { } schema }:
                request.StructuredOutput = new StructuredOutput { JsonSchema = schema.GetRawText() };
                break;
            case ChatResponseFormatJson:
                request.StructuredOutput = new StructuredOutput { JsonObject = true };
                break;
            default:
                throw ExpertClusterException.Refused(nameof(ChatOptions.ResponseFormat), $"is a {format.GetType().Name}; it must be text or JSON");
        }
    }
}
