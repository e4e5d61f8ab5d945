using System.Text.Json;
using System.Text.Json.Serialization;
using ExpertCluster.Files;

namespace ExpertCluster.Gating.Embeddings;

/// <summary>An encoder on disk: a folder with model.onnx, vocab.txt and encoder.json. One without encoder.json is a sentence model as it is published.</summary>
internal static class EncoderFiles
{
    public const string Model = "model.onnx";
    public const string Vocabulary = "vocab.txt";
    public const string Metadata = "encoder.json";

    public static readonly IReadOnlyList<string> All = [Model, Vocabulary, Metadata];

    private const int MaxMetadataBytes = 1 << 16;
    private const int MaxVocabularyBytes = 16 << 20;
    private const int MaxModelBytes = 1 << 30;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>All of it, read once: what is checked is what is used, and what is written elsewhere.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="classifies">Whether it is to be a classifier.</param>
    /// <exception cref="GateFormatException">A file is missing, malformed or too large.</exception>
    public static EncoderContent Read(string folder, bool classifies)
    {
        var metadata = ReadMetadata(folder, classifies);
        if (metadata.Labels is not null != classifies)
        {
            throw new GateFormatException($"{Path.Combine(folder, Metadata)}: {(classifies ? "labels is missing: it is no classifier" : "has labels: it is a classifier, and no sentence model")}");
        }

        byte[] vocabulary = ReadVocabulary(folder);
        var (path, model) = ReadModel(folder);
        return new EncoderContent(folder, metadata, vocabulary, path, model);
    }

    /// <summary>What is to be known beside the graph.</summary>
    /// <inheritdoc cref="Read(string, bool)"/>
    public static EncoderMetadata ReadMetadata(string folder, bool classifies)
    {
        string file = Path.Combine(folder, Metadata);
        if (!File.Exists(file))
        {
            return PublishedEncoder.ReadMetadata(folder, classifies);
        }

        EncoderMetadata metadata;
        try
        {
            metadata = JsonSerializer.Deserialize<EncoderMetadata>(Read(file, MaxMetadataBytes), Json) ?? throw new GateFormatException($"{file}: null");
        }
        catch (JsonException error)
        {
            throw new GateFormatException($"{file}: {error.Message}", error);
        }

        return metadata.Failure() is { } failure ? throw new GateFormatException($"{file}: {failure}") : metadata;
    }

    private static (string Path, byte[] Bytes) ReadModel(string folder)
    {
        string path = Path.Combine(folder, Model);
        if (!File.Exists(path) && File.Exists(Path.Combine(folder, PublishedEncoder.ModelBelow)))
        {
            path = Path.Combine(folder, PublishedEncoder.ModelBelow);
        }

        return (path, Read(path, MaxModelBytes));
    }

    /// <exception cref="GateFormatException">It is missing, or too large.</exception>
    public static byte[] ReadVocabulary(string folder)
    {
        string path = Path.Combine(folder, Vocabulary);
        return File.Exists(path) || !File.Exists(Path.Combine(folder, PublishedEncoder.Tokenizer))
            ? Read(path, MaxVocabularyBytes)
            : PublishedEncoder.ReadVocabulary(folder);
    }

    public static void Write(string folder, EncoderContent encoder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, Model), encoder.Model);
        File.WriteAllBytes(Path.Combine(folder, Vocabulary), encoder.Vocabulary);
        File.WriteAllBytes(Path.Combine(folder, Metadata), JsonSerializer.SerializeToUtf8Bytes(encoder.Metadata, Json));
    }

    public static byte[] Read(string path, int most)
    {
        try
        {
            return RegularFile.ReadAllBytes(path, most);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GateFormatException($"{path}: there is no such file; a sentence encoder has {Model} and {Vocabulary} or {PublishedEncoder.Tokenizer}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new GateFormatException(error.Message, error);
        }
    }
}

/// <summary>An encoder's files in memory.</summary>
/// <param name="Folder">Where they lie.</param>
/// <param name="Metadata">What is to be known beside them.</param>
/// <param name="Vocabulary">One word piece a line.</param>
/// <param name="ModelPath">For messages.</param>
/// <param name="Model">The graph.</param>
internal sealed record EncoderContent(string Folder, EncoderMetadata Metadata, byte[] Vocabulary, string ModelPath, byte[] Model);
