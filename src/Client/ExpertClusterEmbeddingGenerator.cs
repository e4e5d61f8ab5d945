using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;

namespace ExpertCluster.Client;

/// <summary>
/// A cluster's encoders as an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>: a vector of length 1 for each text. It may be used by any number of threads at once.
/// </summary>
/// <remarks>
/// A text that the encoder can't read whole is refused with an <see cref="ExpertClusterException"/> that names it, unless
/// <see cref="EmbeddingGenerationOptions.RawRepresentationFactory"/> gives an <see cref="EmbedRequest"/> whose <c>truncate_tokens</c> says otherwise. More texts than one
/// call takes (2,048) go in several.
/// </remarks>
public sealed class ExpertClusterEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>Of <see cref="Embedding"/>'s additional properties: the revision of the encoder's content. Vectors of two revisions are not to be compared.</summary>
    public const string RevisionProperty = "revision";

    /// <summary>Texts of a call. Vectors of the widest encoders, 8,192 numbers, would still fit into what gRPC's clients take at once, 4 MiB.</summary>
    private const int CallTexts = 64;

    private readonly ExpertClusterChannel _channel;
    private readonly bool _ownsChannel;
    private readonly Encoders.EncodersClient _encoders;
    private readonly EmbeddingGeneratorMetadata _metadata;
    private readonly string _model;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <summary>A generator with connections of its own.</summary>
    /// <param name="options">Copied: later changes are not seen. Its model is for chats, and not asked here.</param>
    /// <param name="model">An encoder's name; null: the only one there is that gives vectors.</param>
    /// <exception cref="ArgumentException">Says everything that is wrong with the options.</exception>
    public ExpertClusterEmbeddingGenerator(ExpertClusterClientOptions options, string? model = null)
        : this(new ExpertClusterChannel(options), model ?? ClientLimits.Auto, options.Timeout, TimeProvider.System) => _ownsChannel = true;

    internal ExpertClusterEmbeddingGenerator(ExpertClusterChannel channel, string model, TimeSpan timeout, TimeProvider time)
    {
        (_channel, _model, _timeout, _time) = (channel, model, timeout, time);
        _encoders = new Encoders.EncodersClient(channel.Calls);
        _metadata = new EmbeddingGeneratorMetadata(ExpertClusterChatClient.ProviderName, channel.Address, model);
    }

    /// <inheritdoc/>
    /// <exception cref="ExpertClusterException">The request was refused, or failed.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var deadline = (_time.GetUtcNow() + _timeout).UtcDateTime;
        GeneratedEmbeddings<Embedding<float>> found = [];
        long tokens = 0;
        foreach (string[] texts in values.Chunk(CallTexts))
        {
            var request = Begin(options);
            request.Inputs.AddRange(texts.Select(text => new EncoderInput { Text = text }));
            EmbedResponse answer;
            try
            {
                answer = await _encoders.EmbedAsync(request, deadline: deadline, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException error)
            {
                throw CallFailures.Of(error, isLate: _time.GetUtcNow() >= deadline, cancellationToken);
            }

            found.AddRange(answer.Embeddings.Select(text => Read(text, answer, options?.Dimensions)));
            tokens += answer.Embeddings.Sum(text => (long)text.Tokens);
        }

        found.Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        return found;
    }

    /// <summary>Gives <see cref="EmbeddingGeneratorMetadata"/>, this generator, and <see cref="Encoders.EncodersClient"/> for the API's other calls.</summary>
    /// <param name="serviceType">What is asked for.</param>
    /// <param name="serviceKey">Null: with any other there is nothing.</param>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(Encoders.EncodersClient) ? _encoders
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

    private EmbedRequest Begin(EmbeddingGenerationOptions? options)
    {
        var request = options?.RawRepresentationFactory?.Invoke(this) as EmbedRequest ?? new EmbedRequest();
        if (options?.ModelId is { } model)
        {
            request.Model = model;
        }
        else if (request.Model.Length == 0)
        {
            request.Model = _model;
        }

        return request;
    }

    private static Embedding<float> Read(EncodedText text, EmbedResponse answer, int? dimensions) => dimensions is { } wanted && wanted != text.Values.Count
        ? throw new ExpertClusterException(StatusCode.InvalidArgument, $"Dimensions is {wanted}; encoder {answer.Model} gives {text.Values.Count}", "dimensions")
        : new Embedding<float>(text.Values.ToArray())
        {
            ModelId = answer.Model,
            AdditionalProperties = new AdditionalPropertiesDictionary { [RevisionProperty] = answer.Revision },
        };
}
