using System.Text.Json.Nodes;

namespace ExpertCluster.Reference.Peers;

/// <summary>A checkpoint in llama.cpp's own names, layouts and metadata, as its converter would write it; float32.</summary>
public sealed class GgufExport
{
    private readonly GgufWriter _file;
    private readonly JsonObject _config;
    private readonly ReferenceWeights _weights;
    private readonly GgufLayout _layout;
    private readonly string _architecture;

    private GgufExport(JsonObject config, ReferenceWeights weights, GgufWriter file)
    {
        (_config, _weights, _file) = (config, weights, file);
        _layout = new GgufLayout(weights.Config);
        _architecture = _layout.Architecture;
    }

    /// <param name="config">config.json.</param>
    /// <param name="weights">The checkpoint's tensors.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="tokenizer">tokenizer.json to write into it; default none, the file then takes and gives only token ids.</param>
    public static void Write(JsonObject config, ReferenceWeights weights, string path, string? tokenizer = null)
    {
        using GgufWriter file = new();
        GgufExport export = new(config, weights, file);
        export.Metadata();
        if (tokenizer is null)
        {
            file.Add("tokenizer.ggml.model", "no_vocab");
        }
        else
        {
            GgufTokenizer.Write(tokenizer, file);
        }

        export.Tensors();
        file.Save(path);
    }

    private void Metadata()
    {
        var config = _weights.Config;
        var shape = config.Shape;
        _file.Add("general.architecture", _architecture);
        Add("vocab_size", shape.Vocabulary);
        Add("context_length", shape.MaxPositions);
        Add("embedding_length", shape.Hidden);
        Add("block_count", shape.Layers);
        Add("feed_forward_length", shape.Intermediate);
        Add("attention.head_count", shape.Heads);
        Add("attention.head_count_kv", shape.KeyValueHeads);
        Add("attention.key_length", shape.HeadDimension);
        Add("attention.value_length", shape.HeadDimension);
        _file.Add($"{_architecture}.attention.layer_norm_rms_epsilon", shape.NormEpsilon);
        _file.Add($"{_architecture}.rope.freq_base", shape.RopeTheta);
        Add("rope.dimension_count", 2 * config.Rope.Frequencies.Count);
        if (config.Window(0) != int.MaxValue)
        {
            Add("attention.sliding_window", config.Window(0));
        }

        if (config.AttentionCap > 0)
        {
            _file.Add($"{_architecture}.attn_logit_softcapping", config.AttentionCap);
        }

        if (config.LogitCap > 0)
        {
            _file.Add($"{_architecture}.final_logit_softcapping", config.LogitCap);
        }

        RopeScaling();
    }

    private void RopeScaling()
    {
        if (_config["rope_scaling"] is not JsonObject scaling)
        {
            return;
        }

        string kind = (string)(scaling["type"] ?? scaling["rope_type"])!;
        if ((scaling["original_max_position_embeddings"] ?? _config["original_max_position_embeddings"]) is JsonNode original)
        {
            Add("rope.scaling.original_context_length", (int)original);
        }

        if (kind == "longrope")
        {
            _file.Add($"{_architecture}.rope.scaling.attn_factor", _weights.Config.Rope.Scale);
        }

        if (kind is not ("linear" or "yarn"))
        {
            return;
        }

        _file.Add($"{_architecture}.rope.scaling.type", kind);
        _file.Add($"{_architecture}.rope.scaling.factor", (double)scaling["factor"]!);
    }

    private void Tensors()
    {
        var shape = _weights.Config.Shape;
        Tensor("token_embd.weight", "model.embed_tokens.weight");
        Tensor("output_norm.weight", "model.norm.weight");
        if (!shape.TiedEmbeddings)
        {
            Tensor("output.weight", "lm_head.weight");
        }

        foreach (string list in (string[])["long", "short"])
        {
            if (_config["rope_scaling"]?[$"{list}_factor"] is not JsonArray factors)
            {
                continue;
            }

            _file.Tensor($"rope_factors_{list}.weight", [factors.Count], [.. factors.Select(f => (float)f!)]);
        }

        if (_config["rope_scaling"]?["rope_type"]?.ToString() == "llama3")
        {
            // Divisors of the plain frequencies.
            float[] divisors = [.. _weights.Config.Rope.Frequencies.Select((f, i) => (float)(Math.Pow(shape.RopeTheta, -2.0 * i / shape.HeadDimension) / f))];
            _file.Tensor("rope_freqs.weight", [divisors.Length], divisors);
        }

        for (int layer = 0; layer < shape.Layers; layer++)
        {
            foreach ((string ours, string theirs) in _layout.Modules)
            {
                foreach (string kind in (string[])["weight", "bias"])
                {
                    string name = $"model.layers.{layer}.{ours}.{kind}";
                    if (_weights.Has(name))
                    {
                        Tensor($"blk.{layer}.{theirs}.{kind}", name);
                    }
                }
            }
        }
    }

    private void Tensor(string theirs, string ours)
    {
        float[] values = _weights[ours];
        var shape = _weights.Config.Shape;
        if (ours.EndsWith("norm.weight", StringComparison.Ordinal))
        {
            if (_weights.Config.IsGemma2)
            {
                values = [.. values.Select(v => v + 1)];
            }

            _file.Tensor(theirs, [values.Length], values);
            return;
        }

        if (ours.EndsWith(".bias", StringComparison.Ordinal))
        {
            _file.Tensor(theirs, [values.Length], _layout.Arrange(ours, values, 1));
            return;
        }

        int inputs = ours.EndsWith("down_proj.weight", StringComparison.Ordinal) ? shape.Intermediate
            : ours.EndsWith("o_proj.weight", StringComparison.Ordinal) ? shape.QueryWidth : shape.Hidden;
        _file.Tensor(theirs, [values.Length / inputs, inputs], _layout.Arrange(ours, values, inputs));
    }

    private void Add(string key, int value) => _file.Add($"{_architecture}.{key}", value);
}
