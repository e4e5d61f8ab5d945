using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Import;

/// <summary>The tokenizer's files exist and are what they claim; what is inside is the tokenizer's own business.</summary>
internal static class TokenizerFiles
{
    public static void Check(CheckpointFolder folder)
    {
        JsonFields tokenizer = JsonFile.ReadObject(folder, ImportedModel.TokenizerFile, JsonFile.TokenizerLimit);
        if (!tokenizer.TryGet("model", out _)) tokenizer.Refuse("model", "is missing");
        JsonFile.ReadObject(folder, ImportedModel.TokenizerConfigFile);
    }
}
