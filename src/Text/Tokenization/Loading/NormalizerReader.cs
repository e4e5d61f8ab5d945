using System.Text;
using ExpertCluster.Text.Json;
using ExpertCluster.Text.Tokenization.Normalizing;

namespace ExpertCluster.Text.Tokenization.Loading;

/// <summary>Reads <c>normalizer</c>.</summary>
internal static class NormalizerReader
{
    public static INormalizer? Read(JsonField field)
    {
        int steps = 0;
        return Read(field, ref steps);
    }

    private static INormalizer? Read(JsonField field, ref int steps)
    {
        if (field.IsNull)
        {
            return null;
        }

        field.Count(ref steps);
        return field["type"].String() switch
        {
            "Sequence" => Sequence(field["normalizers"], ref steps),
            "NFC" => new UnicodeNormalizer(NormalizationForm.FormC),
            "NFD" => new UnicodeNormalizer(NormalizationForm.FormD),
            "NFKC" => new UnicodeNormalizer(NormalizationForm.FormKC),
            "NFKD" => new UnicodeNormalizer(NormalizationForm.FormKD),
            "Prepend" => new PrependNormalizer(field["prepend"].ShortText()),
            "Replace" => new ReplaceNormalizer(PatternReader.Read(field["pattern"]), field["content"].ShortText()),
            var other => throw field["type"].Unsupported(other, "NFC, NFD, NFKC, NFKD, Prepend, Replace, Sequence"),
        };
    }

    private static SequenceNormalizer Sequence(JsonField field, ref int steps)
    {
        List<INormalizer> inner = [];
        foreach (var step in field.Items())
        {
            if (Read(step, ref steps) is { } normalizer)
            {
                inner.Add(normalizer);
            }
        }

        return new SequenceNormalizer(inner);
    }
}
