namespace ExpertCluster.Models.Adapters;

/// <summary>Tensors that adapters' files have beside those of LoRA, and what is to be done about them.</summary>
internal static class ForeignTensor
{
    private static readonly (string Part, string Problem)[] Known =
    [
        (".lora_embedding_", "adapts the embedding, which is not supported: train without embed_tokens in target_modules"),
        (".lora_magnitude_vector", "is of DoRA, which is not supported: train with use_dora false"),
        (".modules_to_save.", "is a layer trained as a whole (modules_to_save), which is not supported: merge the adapter into its base and import that"),
        (".original_module.", "is a layer trained as a whole (modules_to_save), which is not supported: merge the adapter into its base and import that"),
        (".token_adapter.", "is of trained tokens (trainable_token_indices), which is not supported: merge the adapter into its base and import that"),
        ("lm_head.lora_", "adapts the head, which is not supported: train without lm_head in target_modules"),
        (
            "embed_tokens.",
            "is the base's embedding, saved along because the tokenizer grew or somebody asked for it: where it is the base's own, save the adapter with"
            + " save_pretrained(..., save_embedding_layers=False); else merge the adapter into its base and import that"),
        (
            "lm_head.",
            "is the base's head, saved along because the tokenizer grew or somebody asked for it: where it is the base's own, save the adapter with"
            + " save_pretrained(..., save_embedding_layers=False); else merge the adapter into its base and import that"),
    ];

    /// <returns>The end of a sentence that begins with the tensor's name; null for one that nothing is known of.</returns>
    public static string? Explain(string tensor) =>
        Array.Find(Known, known => tensor.Contains(known.Part, StringComparison.Ordinal)).Problem;
}
