namespace ExpertCluster.Models.Checkpoints;

/// <summary>What a folder holds in the place of safetensors, so that the error says what is to be done.</summary>
public static class OtherFormats
{
    /// <summary>Pickles run whatever code their author put into them as they are read.</summary>
    private const string Pickle = "which is a pickle and not read, since a pickle can run code: convert it to safetensors"
        + " (load it with transformers or PEFT and save_pretrained(..., safe_serialization=True))";

    private static readonly (string Pattern, string Advice)[] Known =
    [
        ("pytorch_model.bin", Pickle), ("pytorch_model.bin.index.json", Pickle), ("pytorch_model-*.bin", Pickle), ("adapter_model.bin", Pickle),
        ("*.pth", Pickle), ("*.pt", Pickle),
        ("consolidated*.safetensors", "which has the names of Mistral's own code: take the repository's model*.safetensors"),
        ("*.gguf", "which is llama.cpp's format: take the original safetensors; --quantize makes them small"),
        ("*.msgpack", "which is Flax's format: convert it to safetensors"), ("*.h5", "which is TensorFlow's format: convert it to safetensors"),
    ];

    /// <summary>The end of a sentence about what is missing; empty where the folder has nothing that we know.</summary>
    public static string Advice(string folder)
    {
        foreach (var (pattern, advice) in Known)
        {
            if (Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).FirstOrDefault() is { } found)
            {
                return $"; there is {Path.GetFileName(found)}, {advice}";
            }
        }

        return "";
    }
}
