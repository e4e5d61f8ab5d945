using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Normalizing;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads <c>normalizer</c>.</summary>
internal static class NormalizerReader
{
    public static INormalizer? Read(JsonField field)
    {
        if (field.IsNull)
        {
            return null;
        }

        return field["type"].String() switch
        {
            "Sequence" => new SequenceNormalizer([.. field["normalizers"].Items().Select(Read).OfType<INormalizer>()]),
            "NFC" => new NfcNormalizer(),
            "Prepend" => new PrependNormalizer(field["prepend"].String()),
            "Replace" => new ReplaceNormalizer(PatternReader.Read(field["pattern"]), field["content"].String()),
            var other => throw field["type"].Unsupported(other, "NFC, Prepend, Replace, Sequence"),
        };
    }
}
