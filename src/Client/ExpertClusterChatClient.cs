using System.Runtime.CompilerServices;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatOptions = Microsoft.Extensions.AI.ChatOptions;

namespace ExpertCluster.Client;

/// <summary>
/// A cluster of experts as an <see cref="IChatClient"/>. Answers tell which experts gave them (<see cref="ExpertClusterAnswers"/>). It may be
/// used by any number of threads at once.
/// </summary>
/// <remarks>
/// A request that can't be followed to the letter is refused with an <see cref="ExpertClusterException"/> that names the field; nothing that changes an
/// answer is ignored. <see cref="ChatOptions.RawRepresentationFactory"/> may give a <see cref="CompleteRequest"/> to begin with.
/// </remarks>
public sealed class ExpertClusterChatClient : IChatClient
{
    /// <summary>Of the metadata, and of telemetry.</summary>
    public const string ProviderName = "expertcluster";

    private readonly ExpertClusterChannel _channel;
    private readonly bool _ownsChannel;
    private readonly Completions.CompletionsClient _completions;
    private readonly ChatClientMetadata _metadata;
    private readonly string _model;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <summary>A client with connections of its own.</summary>
    /// <param name="options">Copied: later changes are not seen.</param>
    /// <exception cref="ArgumentException">Says everything that is wrong with the options.</exception>
    public ExpertClusterChatClient(ExpertClusterClientOptions options)
        : this(new ExpertClusterChannel(options), options.Model, options.Timeout, TimeProvider.System) => _ownsChannel = true;

    internal ExpertClusterChatClient(ExpertClusterChannel channel, string model, TimeSpan timeout, TimeProvider time)
    {
        _channel = channel;
        _completions = new Completions.CompletionsClient(channel.Calls);
        _model = model;
        _timeout = timeout;
        _time = time;
        _metadata = new ChatClientMetadata(ProviderName, channel.Address, _model);
    }

    /// <inheritdoc/>
    /// <exception cref="ExpertClusterException">The request was refused, or failed.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        ExpertClusterAnswers.WithProperties(
            await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    /// <exception cref="ExpertClusterException">The request was refused, or failed.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(messages, options, cancellationToken);
    }

    /// <summary>Gives <see cref="ChatClientMetadata"/>, this client, and <see cref="Completions.CompletionsClient"/> for the API's other calls.</summary>
    /// <param name="serviceType">What is asked for.</param>
    /// <param name="serviceKey">Null: with any other there is nothing.</param>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(Completions.CompletionsClient) ? _completions
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Closes the connections, where they are its own.</summary>
    public void Dispose()
    {
        if (_ownsChannel)
        {
            _channel.Dispose();
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (request, headers) = RequestWriter.Write(this, messages, options, _model);
        var deadline = (_time.GetUtcNow() + _timeout).UtcDateTime;

        // Left early, the stream is disposed of, and the call with it: the cluster stops.
        using var call = _completions.Complete(request, headers, deadline, cancellation);
        var answer = new AnswerReader();
        while (await MoveNextAsync(call.ResponseStream, deadline, cancellation).ConfigureAwait(false))
        {
            if (answer.Read(call.ResponseStream.Current) is { } update)
            {
                yield return update;
            }
        }

        yield return answer.End();
    }

    private async Task<bool> MoveNextAsync(IAsyncStreamReader<CompleteChunk> chunks, DateTime deadline, CancellationToken cancellation)
    {
        try
        {
            return await chunks.MoveNext(cancellation).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            throw CallFailures.Of(error, isLate: _time.GetUtcNow() >= deadline, cancellation);
        }
    }
}
