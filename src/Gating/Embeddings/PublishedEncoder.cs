using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ExpertCluster.Gating.Embeddings;

/// <summary>
/// A sentence model's folder as sentence-transformers writes it: modules.json, 1_Pooling/config.json, sentence_bert_config.json and
/// tokenizer_config.json, each of which may be missing: then the mean of at most 256 tokens in lower case is taken. A classifier's names its labels in
/// config.json, as Hugging Face transformers writes it.
/// </summary>
internal static class PublishedEncoder
{
    public const string ModelBelow = "onnx/model.onnx";
    public const string Tokenizer = "tokenizer.json";

    /// <summary>What is read of a model that is elsewhere.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        EncoderFiles.Model, ModelBelow, EncoderFiles.Vocabulary, EncoderFiles.Metadata, Tokenizer, Modules, Pooling, Sentence, TokenizerConfig, Config,
    ];

    private const string Modules = "modules.json";
    private const string Pooling = "1_Pooling/config.json";
    private const string Sentence = "sentence_bert_config.json";
    private const string TokenizerConfig = "tokenizer_config.json";
    private const string Config = "config.json";
    private const string LabelField = "id2label";
    private const string EarlierActivation = "sbert_ce_default_activation_function";
    private const int LongestLabel = 128;
    private const int DefaultTokens = 256;
    private const int MaxConfigBytes = 1 << 20;
    private const int MaxTokenizerBytes = 32 << 20;

    private static readonly string[] KnownModules = ["Transformer", "Pooling", "Normalize"];
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    public static EncoderMetadata ReadMetadata(string folder, bool classifies)
    {
        CheckModules(folder);
        long tokens = Number(folder, Sentence, "max_seq_length") ?? Number(folder, TokenizerConfig, "model_max_length") ?? DefaultTokens;
        if (tokens < EncoderMetadata.FewestTokens)
        {
            throw new GateFormatException($"{Path.Combine(folder, Sentence)}: max_seq_length is {tokens}; it must be at least {EncoderMetadata.FewestTokens}");
        }

        return new EncoderMetadata
        {
            Labels = classifies ? LabelsOf(folder) : null,
            Activation = classifies ? ActivationOf(folder) : null,
            Pooling = PoolingOf(folder),
            MaxTokens = (int)Math.Min(tokens, EncoderMetadata.MostTokens),
            LowerCase = Flag(folder, Sentence, "do_lower_case") is true || (Flag(folder, TokenizerConfig, "do_lower_case") ?? IsLowerCase(folder) ?? true),
        };
    }

    /// <summary>vocab.txt out of tokenizer.json.</summary>
    public static byte[] ReadVocabulary(string folder)
    {
        string file = Path.Combine(folder, Tokenizer);
        var root = Object(folder, Tokenizer, MaxTokenizerBytes)!.Value;
        if (!root.TryGetProperty("model", out var model) || model.ValueKind != JsonValueKind.Object
            || !model.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "WordPiece"
            || !model.TryGetProperty("vocab", out var vocabulary) || vocabulary.ValueKind != JsonValueKind.Object)
        {
            throw new GateFormatException($"{file}: model is no WordPiece; encoders of BERT's family have one");
        }

        int count = vocabulary.GetPropertyCount();
        string?[] tokens = new string?[count];
        foreach (var token in vocabulary.EnumerateObject())
        {
            if (!token.Value.TryGetInt32(out int id) || id < 0 || id >= count || tokens[id] is not null || token.Name.AsSpan().ContainsAny('\n', '\r'))
            {
                throw new GateFormatException($"{file}: model.vocab: the ids of {count} tokens must be 0 to {count - 1}, once each, and no token a line break");
            }

            tokens[id] = token.Name;
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', tokens) + "\n");
    }

    private static string[] LabelsOf(string folder)
    {
        string file = Path.Combine(folder, Config);
        if (Object(folder, Config, MaxConfigBytes) is not { } root || !root.TryGetProperty(LabelField, out var labels) || labels.ValueKind != JsonValueKind.Object)
        {
            throw new GateFormatException($"{file}: {LabelField} is missing; a classifier names its labels there");
        }

        string[] names = new string[labels.GetPropertyCount()];
        if (names.Length is 0 or > EncoderSession.MaxWidth)
        {
            throw new GateFormatException($"{file}: {LabelField} has {names.Length} labels; from 1 to {EncoderSession.MaxWidth} are allowed");
        }

        foreach (var label in labels.EnumerateObject())
        {
            if (!int.TryParse(label.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id >= names.Length || names[id] is not null
                || label.Value.ValueKind != JsonValueKind.String || label.Value.GetString() is not { Length: > 0 and <= LongestLabel } name || names.Contains(name))
            {
                throw new GateFormatException($"{file}: {LabelField}: the ids of {names.Length} labels must be 0 to {names.Length - 1}, and their names differ, of 1 to {LongestLabel} characters");
            }

            names[id] = name;
        }

        return names;
    }

    /// <summary>As sentence-transformers' CrossEncoder writes it, of late below a key of its own: the name of a class of PyTorch's.</summary>
    private static EncoderActivation? ActivationOf(string folder)
    {
        if (Object(folder, Config, MaxConfigBytes) is not { } root)
        {
            return null;
        }

        var (field, value) = root.TryGetProperty("sentence_transformers", out var section) && section.ValueKind == JsonValueKind.Object && section.TryGetProperty("activation_fn", out var function)
            ? ("sentence_transformers.activation_fn", function)
            : root.TryGetProperty(EarlierActivation, out var earlier) ? (EarlierActivation, earlier)
            : (EarlierActivation, default);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        string name = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return name[(name.LastIndexOf('.') + 1)..] switch
        {
            "Sigmoid" => EncoderActivation.Sigmoid,
            "Identity" => EncoderActivation.Identity,
            _ => throw new GateFormatException($"{Path.Combine(folder, Config)}: {field} is {(name.Length > LongestLabel ? "too long" : $"\"{name}\"")}; Sigmoid and Identity are known"),
        };
    }

    private static void CheckModules(string folder)
    {
        if (Document(folder, Modules, MaxConfigBytes) is not { } root)
        {
            return;
        }

        string file = Path.Combine(folder, Modules);
        if (root.ValueKind != JsonValueKind.Array)
        {
            throw new GateFormatException($"{file}: must be a JSON array");
        }

        foreach (var module in root.EnumerateArray())
        {
            string type = module.ValueKind == JsonValueKind.Object && module.TryGetProperty("type", out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : "";
            if (!KnownModules.Contains(type[(type.LastIndexOf('.') + 1)..]))
            {
                throw new GateFormatException($"{file}: type is \"{type}\"; {string.Join(", ", KnownModules)} are known");
            }
        }
    }

    private static EncoderPooling PoolingOf(string folder)
    {
        if (Object(folder, Pooling, MaxConfigBytes) is not { } root)
        {
            return EncoderPooling.Mean;
        }

        string[] modes = [.. root.EnumerateObject().Where(p => p.Name.StartsWith("pooling_mode_", StringComparison.Ordinal) && p.Value.ValueKind == JsonValueKind.True).Select(p => p.Name)];
        return modes switch
        {
            ["pooling_mode_cls_token"] => EncoderPooling.Cls,
            ["pooling_mode_mean_tokens"] => EncoderPooling.Mean,
            _ => throw new GateFormatException(
                $"{Path.Combine(folder, Pooling)}: {(modes.Length == 0 ? "no pooling_mode is true" : string.Join(" and ", modes) + " true")}; pooling_mode_mean_tokens or pooling_mode_cls_token alone is known"),
        };
    }

    private static bool? IsLowerCase(string folder) =>
        Object(folder, Tokenizer, MaxTokenizerBytes) is { } root && root.TryGetProperty("normalizer", out var normalizer) && normalizer.ValueKind == JsonValueKind.Object
            && normalizer.TryGetProperty("lowercase", out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;

    private static bool? Flag(string folder, string name, string field) =>
        Object(folder, name, MaxConfigBytes) is { } root && root.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;

    // Without a limit, tokenizer_config.json has 1e30.
    private static long? Number(string folder, string name, string field) =>
        Object(folder, name, MaxConfigBytes) is { } root && root.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number
            : null;

    private static JsonElement? Object(string folder, string name, int most) => Document(folder, name, most) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } root => root,
        _ => throw new GateFormatException($"{Path.Combine(folder, name)}: must be a JSON object"),
    };

    private static JsonElement? Document(string folder, string name, int most)
    {
        string file = Path.Combine(folder, name);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            // A string that is no text throws where it is read: all are, here.
            using var document = JsonDocument.Parse(EncoderFiles.Read(file, most), Options);
            RequireText(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new GateFormatException($"{file}: is not valid JSON: {error.Message}", error);
        }
    }

    private static void RequireText(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            _ = element.GetString();
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                RequireText(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in element.EnumerateObject())
            {
                _ = field.Name;
                RequireText(field.Value);
            }
        }
    }
}
