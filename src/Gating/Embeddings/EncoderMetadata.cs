using System.Text.Json.Serialization;

namespace ExpertCluster.Gating.Embeddings;

/// <summary>How a sentence encoder is to be read, as encoder.json says it beside model.onnx and vocab.txt.</summary>
internal sealed record EncoderMetadata
{
    public const int CurrentFormat = 1;

    /// <summary>Most tokens of a text, whatever a model could read: it bounds a run's memory and time.</summary>
    public const int MostTokens = 512;

    /// <summary>Fewest: beginning, end, and a word between.</summary>
    public const int FewestTokens = 3;

    public int Format { get; init; } = CurrentFormat;

    public required EncoderPooling Pooling { get; init; }

    /// <summary>Tokens that are read of a text, beginning and end among them; 3 to 512.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Whether the vocabulary has lower case and no accents.</summary>
    public required bool LowerCase { get; init; }

    /// <summary>What a classifier's numbers stand for, in their order; null: it is no classifier.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Of a classifier with one label; null: its number is a logarithm of odds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EncoderActivation? Activation { get; init; }

    /// <summary>The first failure, naming the field and its limit; null if there is none.</summary>
    public string? Failure() =>
        Format != CurrentFormat ? $"format is {Format}; this version reads {CurrentFormat}. Prepare the catalogue again"
        : !Enum.IsDefined(Pooling) ? $"pooling is {Pooling}; \"mean\" and \"cls\" are known"
        : MaxTokens is < FewestTokens or > MostTokens ? $"max_tokens is {MaxTokens}; it must be from {FewestTokens} to {MostTokens}"
        : Activation is { } activation && !Enum.IsDefined(activation) ? $"activation is {activation}; \"sigmoid\" and \"identity\" are known"
        : Labels is { Count: < 1 or > EncoderSession.MaxWidth } ? $"labels has {Labels.Count} names; from 1 to {EncoderSession.MaxWidth} are allowed"
        : Labels?.GroupBy(l => l, StringComparer.Ordinal).FirstOrDefault(g => g.Key.Length == 0 || g.Count() > 1) is { } wrong ? $"labels has \"{wrong.Key}\", which is empty or repeated"
        : null;
}
