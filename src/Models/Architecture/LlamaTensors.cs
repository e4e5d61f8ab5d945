namespace ExpertCluster.Models.Architecture;

/// <summary>The tensor names of a Hugging Face Llama checkpoint, and the shape each must have ([outputs, inputs]).</summary>
public static class LlamaTensors
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Head = "lm_head.weight";

    public static string Module(int layer, string path) => $"model.layers.{layer}.{path}";

    public static string InputNorm(int layer) => Module(layer, "input_layernorm.weight");

    public static string AttentionNorm(int layer) => Module(layer, "post_attention_layernorm.weight");

    public static string Query(int layer) => Module(layer, "self_attn.q_proj.weight");

    public static string Key(int layer) => Module(layer, "self_attn.k_proj.weight");

    public static string Value(int layer) => Module(layer, "self_attn.v_proj.weight");

    public static string Output(int layer) => Module(layer, "self_attn.o_proj.weight");

    public static string Gate(int layer) => Module(layer, "mlp.gate_proj.weight");

    public static string Up(int layer) => Module(layer, "mlp.up_proj.weight");

    public static string Down(int layer) => Module(layer, "mlp.down_proj.weight");

    /// <summary>Every tensor that the model needs, with its shape.</summary>
    public static IEnumerable<(string Name, int[] Shape)> All(ModelShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        yield return (Embedding, [shape.Vocabulary, shape.Hidden]);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            yield return (InputNorm(layer), [shape.Hidden]);
            yield return (Query(layer), [shape.QueryWidth, shape.Hidden]);
            yield return (Key(layer), [shape.KeyValueWidth, shape.Hidden]);
            yield return (Value(layer), [shape.KeyValueWidth, shape.Hidden]);
            yield return (Output(layer), [shape.Hidden, shape.QueryWidth]);
            yield return (AttentionNorm(layer), [shape.Hidden]);
            yield return (Gate(layer), [shape.Intermediate, shape.Hidden]);
            yield return (Up(layer), [shape.Intermediate, shape.Hidden]);
            yield return (Down(layer), [shape.Hidden, shape.Intermediate]);
        }

        yield return (FinalNorm, [shape.Hidden]);
        if (!shape.TiedEmbeddings) yield return (Head, [shape.Vocabulary, shape.Hidden]);
    }
}
