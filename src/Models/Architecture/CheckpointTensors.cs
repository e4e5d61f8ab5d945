namespace ExpertCluster.Models.Architecture;

/// <summary>The tensor names of a Hugging Face decoder, and the shape each must have ([outputs, inputs]).</summary>
internal static class CheckpointTensors
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Head = "lm_head.weight";

    public static string QueryNorm(int layer) => Layer(layer, "self_attn.q_norm.weight");

    public static string KeyNorm(int layer) => Layer(layer, "self_attn.k_norm.weight");

    public static string InputNorm(int layer) => Layer(layer, "input_layernorm.weight");

    /// <summary>The norm before the feed-forward.</summary>
    public static string FeedForwardNorm(ModelArchitecture model, int layer) =>
        Layer(layer, model.PostNorms ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight");

    /// <summary>With <see cref="ModelArchitecture.PostNorms"/>: over what the attention gives.</summary>
    public static string PostAttentionNorm(int layer) => Layer(layer, "post_attention_layernorm.weight");

    /// <summary>With <see cref="ModelArchitecture.PostNorms"/>: over what the feed-forward gives.</summary>
    public static string PostFeedForwardNorm(int layer) => Layer(layer, "post_feedforward_layernorm.weight");

    /// <summary>The weights that make up a fused site, in the order of its segments.</summary>
    public static IReadOnlyList<string> Weights(ModelShape shape, LoraSite site, int layer) => Of(shape, site, layer, "weight");

    /// <summary>The biases of a fused site.</summary>
    public static IReadOnlyList<string> Biases(ModelShape shape, LoraSite site, int layer) => Of(shape, site, layer, "bias");

    /// <summary>Every tensor that the model needs, with its shape.</summary>
    public static IEnumerable<(string Name, int[] Shape)> All(ModelArchitecture model)
    {
        var shape = model.Shape;
        yield return (Embedding, [shape.Vocabulary, shape.Hidden]);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            foreach (string norm in Norms(model, layer))
            {
                yield return (norm, [shape.Hidden]);
            }

            if (model.QueryKeyNorms)
            {
                yield return (QueryNorm(layer), [shape.HeadDimension]);
                yield return (KeyNorm(layer), [shape.HeadDimension]);
            }

            foreach (var projection in Projection.Of(shape))
            {
                int outputs = projection.Site.Segments(shape)[projection.Segment];
                yield return ($"{projection.In(layer)}.weight", [outputs, projection.Site.InputWidth(shape)]);
                if (model.Biases.Contains(projection.Site))
                {
                    yield return ($"{projection.In(layer)}.bias", [outputs]);
                }
            }
        }

        yield return (FinalNorm, [shape.Hidden]);
        if (!shape.TiedEmbeddings)
        {
            yield return (Head, [shape.Vocabulary, shape.Hidden]);
        }
    }

    private static IEnumerable<string> Norms(ModelArchitecture model, int layer)
    {
        yield return InputNorm(layer);
        yield return FeedForwardNorm(model, layer);
        if (!model.PostNorms)
        {
            yield break;
        }

        yield return PostAttentionNorm(layer);
        yield return PostFeedForwardNorm(layer);
    }

    private static string[] Of(ModelShape shape, LoraSite site, int layer, string kind) =>
        [.. Projection.Of(shape).Where(p => p.Site == site).Select(p => $"{p.In(layer)}.{kind}")];

    private static string Layer(int layer, string path) => $"model.layers.{layer}.{path}";
}
