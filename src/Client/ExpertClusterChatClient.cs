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
            await StreamAsync(messages ?? throw new ArgumentNullException(nameof(messages)), options, isWhole: true, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    /// <remarks>
    /// With <see cref="ChatOptions.AllowBackgroundResponses"/> the answer outlives the call, for a time that the routers' operator sets, and each update but the last has a
    /// <see cref="ChatResponseUpdate.ContinuationToken"/>. With the newest of them as <see cref="ChatOptions.ContinuationToken"/>, and no messages, what follows it comes from
    /// any router.
    /// </remarks>
    /// <exception cref="ExpertClusterException">The request was refused, or failed.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(messages, options, isWhole: false, cancellationToken);
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
        IEnumerable<ChatMessage> messages, ChatOptions? options, bool isWhole, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var place = options?.ContinuationToken is { } token ? StreamToken.Read(token) : null;

        // Left early, the stream is disposed of, and the call with it: the cluster stops, unless it holds the answer.
        using var call = place is null ? await AskAsync(messages, options, isHeld: !isWhole && options?.AllowBackgroundResponses is true, cancellation).ConfigureAwait(false)
            : Follow(place, messages, cancellation);
        var answer = new AnswerReader();
        string? id = null;
        for (int chunks = 1; await call.MoveNextAsync().ConfigureAwait(false); chunks++)
        {
            id = chunks == 1 ? await call.IdAsync().ConfigureAwait(false) : id;
            if (answer.Read(call.Current) is { } update && (isWhole || place is null || chunks > place.Chunks))
            {
                update.ContinuationToken = id is null || isWhole ? null : new StreamToken(id, chunks).Write();
                yield return update;
            }
        }

        yield return answer.End();
    }

    /// <summary>To be held is a permission: routers that hold nothing answer as ever.</summary>
    private async Task<AnswerCall> AskAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, bool isHeld, CancellationToken cancellation)
    {
        var (request, headers) = RequestWriter.Write(this, messages, options, _model);
        var deadline = Deadline();
        if (isHeld)
        {
            var held = Open(_completions.Complete(request, [.. headers, new Metadata.Entry(StreamToken.Header, StreamToken.Made)], deadline, cancellation), deadline, cancellation);
            try
            {
                await held.BeginAsync().ConfigureAwait(false);
                return held;
            }
            catch (ExpertClusterException error) when (error.StatusCode == StatusCode.Unimplemented)
            {
                held.Dispose();
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }

        return Open(_completions.Complete(request, headers, deadline, cancellation), deadline, cancellation);
    }

    /// <summary>From its first chunk on: what came before a place says what comes behind it, a call of a function that was half there for instance.</summary>
    private AnswerCall Follow(StreamToken place, IEnumerable<ChatMessage> messages, CancellationToken cancellation)
    {
        if (messages.Any())
        {
            throw ExpertClusterException.Refused(nameof(messages), $"must be empty beside a {nameof(ChatOptions.ContinuationToken)}: the answer that it goes on with was asked for already");
        }

        var deadline = Deadline();
        return Open(_completions.FollowStream(new FollowStreamRequest { Id = place.Id }, null, deadline, cancellation), deadline, cancellation);
    }

    private DateTime Deadline() => (_time.GetUtcNow() + _timeout).UtcDateTime;

    private AnswerCall Open(AsyncServerStreamingCall<CompleteChunk> call, DateTime deadline, CancellationToken cancellation) =>
        new(call, () => _time.GetUtcNow() >= deadline, cancellation);
}
