using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Families;

/// <summary>
/// Gemma 2: norms with weight 1 + w before and after attention and feed-forward, capped scores and logits, a scaled
/// embedding, and a window in every second layer.
/// </summary>
internal sealed class Gemma2Family : IModelFamily
{
    private const int DefaultWindow = 4096;
    private const double DefaultScalar = 256;
    private const double DefaultScoreCap = 50;
    private const double DefaultLogitCap = 30;

    public string Name => "Gemma2ForCausalLM";

    public string ModelType => "gemma2";

    public IReadOnlyList<string> Reads =>
    [
        "sliding_window", "layer_types", "attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar", "hidden_activation",
    ];

    public ModelArchitecture Read(FamilyConfig config)
    {
        var model = config.Read(new FamilyDefaults
        {
            KeyValueHeads = 4,
            HeadDimension = 256,
            TiedEmbeddings = true,
            ActivationField = "hidden_activation",
        });
        return model with
        {
            AttentionScale = 1 / Math.Sqrt(config.Fields.Number("query_pre_attn_scalar", 0, 1e6, DefaultScalar)),
            AttentionSoftCap = config.SoftCap("attn_logit_softcapping", DefaultScoreCap),
            LogitSoftCap = config.SoftCap("final_logit_softcapping", DefaultLogitCap),
            Windows = config.Windows(model.Shape, config.Window(DefaultWindow), layer => layer % 2 == 0),
            PostNorms = true,
            NormOffset = 1,
            EmbeddingScale = Math.Sqrt(model.Shape.Hidden),
        };
    }
}
