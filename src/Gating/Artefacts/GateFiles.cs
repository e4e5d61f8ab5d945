using System.Runtime.InteropServices;
using System.Text.Json;
using ExpertCluster.Files;

namespace ExpertCluster.Gating.Artefacts;

/// <summary>A gate on disk: a folder with gate.json, and by its kind gate.onnx (tokens), ngrams.bin (n-grams of texts), classes.bin (vectors).</summary>
internal static class GateFiles
{
    public const string Model = "gate.onnx";
    public const string Metadata = "gate.json";
    public const string Values = "classes.bin";
    public const string EncoderFolder = "encoder";
    public const string RequestFolder = "request";
    public const string TokenFolder = "token";

    /// <summary>10,001 names of 128 characters stay below.</summary>
    private const int MaxMetadataBytes = 2 << 20;

    /// <summary>A token gate of 256 experts at the most buckets that one may have.</summary>
    private const int MaxModelBytes = 1 << 30;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    public static string RequestPath(string root) => Path.Combine(root, RequestFolder);

    public static string TokenPath(string root, string @base) => Path.Combine(root, TokenFolder, @base);

    public static void Write(string folder, GateModel model)
    {
        Directory.CreateDirectory(folder);
        if (model.Weights.Length > 0)
        {
            GateGraph.Save(model, Path.Combine(folder, Model));
        }

        if (model.Index is { } index)
        {
            NgramIndexFile.Write(Path.Combine(folder, NgramIndexFile.Name), index);
        }

        if (model.Values.Length > 0)
        {
            File.WriteAllBytes(Path.Combine(folder, Values), MemoryMarshal.AsBytes(model.Values.AsSpan()));
        }

        File.WriteAllBytes(Path.Combine(folder, Metadata), JsonSerializer.SerializeToUtf8Bytes(model.Metadata, Json));
    }

    /// <summary>A token gate's files, in a second place.</summary>
    /// <exception cref="GateFormatException">One of them can't be read.</exception>
    public static void Place(string from, string to, Action<string, string>? put)
    {
        Directory.CreateDirectory(to);
        foreach (string name in (ReadOnlySpan<string>)[Metadata, Model])
        {
            if (put is null)
            {
                File.WriteAllBytes(Path.Combine(to, name), Read(from, name, MaxModelBytes));
            }
            else
            {
                put(Path.Combine(from, name), Path.Combine(to, name));
            }
        }
    }

    /// <exception cref="GateFormatException">A file is missing, malformed or of another kind.</exception>
    public static GateMetadata ReadMetadata(string folder, params IReadOnlyList<string> kinds)
    {
        string file = Path.Combine(folder, Metadata);
        GateMetadata? metadata;
        try
        {
            metadata = JsonSerializer.Deserialize<GateMetadata>(Read(folder, Metadata, MaxMetadataBytes), Json);
        }
        catch (JsonException error)
        {
            throw new GateFormatException($"{file}: {error.Message.ReplaceLineEndings(" ")}", error);
        }

        if (metadata is null)
        {
            throw new GateFormatException($"{file}: null");
        }

        return GateMetadataValidator.Validate(metadata, kinds) is { } failure
            ? throw new GateFormatException($"{file}: {failure}")
            : metadata;
    }

    /// <exception cref="GateFormatException">It is missing, no regular file, or too large.</exception>
    public static byte[] ReadModel(string folder) => Read(folder, Model, MaxModelBytes);

    /// <inheritdoc cref="ReadModel"/>
    public static byte[] ReadNgrams(string folder) => Read(folder, NgramIndexFile.Name, MaxModelBytes);

    /// <summary>The numbers of classes.bin.</summary>
    /// <exception cref="GateFormatException">It is missing, no regular file, has more or fewer, or one that is no number.</exception>
    public static float[] ReadFloats(string folder, long count)
    {
        string file = Path.Combine(folder, Values);
        byte[] bytes = count * sizeof(float) <= MaxModelBytes
            ? Read(folder, Values, MaxModelBytes)
            : throw new GateFormatException($"{file}: {Metadata} says {count} numbers; at most {MaxModelBytes / sizeof(float)} are read");
        if (bytes.Length != count * sizeof(float))
        {
            throw new GateFormatException($"{file}: has {bytes.Length} bytes, but {Metadata} says {count} numbers of {sizeof(float)}");
        }

        float[] values = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        return Array.TrueForAll(values, float.IsFinite) ? values : throw new GateFormatException($"{file}: has a number that is none");
    }

    private static byte[] Read(string folder, string name, int most)
    {
        try
        {
            return RegularFile.ReadAllBytes(Path.Combine(folder, name), most);
        }
        catch (FileNotFoundException error)
        {
            throw new GateFormatException($"{folder} holds no gate: {name} is needed, and is not there", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new GateFormatException(error.Message, error);
        }
    }
}
