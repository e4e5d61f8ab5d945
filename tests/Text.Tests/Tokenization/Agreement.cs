using System.Text;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>Comparisons with the reference, and of streaming with whole decoding, shared by the tokenizers' tests.</summary>
internal static class Agreement
{
    public static void OnTexts(Tokenizer tokenizer, string file, string[] texts)
    {
        int[][] ids = texts.Select(text => tokenizer.Encode(text)).ToArray();
        var reference = ReferenceAnswer.Ask(file, texts, ids, skip: false);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.True(reference.Plain[i].SequenceEqual(ids[i]), Difference(texts[i], reference.Plain[i], ids[i]));
            Assert.Equal(reference.Framed[i], tokenizer.Encode(texts[i], addSpecialTokens: true));
            Assert.Equal(reference.Decoded[i], tokenizer.Decode(ids[i], skipSpecialTokens: false));
            Assert.Equal(reference.Decoded[i], Streamed(tokenizer, ids[i], skip: false));
        }
    }

    public static void OnIds(Tokenizer tokenizer, string file, RandomText random, bool skip)
    {
        int[][] ids = Enumerable.Range(0, 2000).Select(_ => random.Ids(tokenizer.VocabularySize)).ToArray();
        var reference = ReferenceAnswer.Ask(file, [], ids, skip);
        for (int i = 0; i < ids.Length; i++)
        {
            Assert.Equal(reference.Decoded[i], tokenizer.Decode(ids[i], skip));
            Assert.Equal(reference.Decoded[i], Streamed(tokenizer, ids[i], skip));
        }
    }

    public static string Streamed(Tokenizer tokenizer, int[] ids, bool skip)
    {
        var decoder = new StreamingDecoder(tokenizer, skip);
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            text.Append(decoder.Append(id));
        }

        return text.Append(decoder.Flush()).ToString();
    }

    private static string Difference(string text, int[] expected, int[] actual) =>
        $"{string.Join(' ', text.EnumerateRunes().Select(rune => $"{rune.Value:X}"))}\n"
        + $"expected {string.Join(' ', expected)}\nactual   {string.Join(' ', actual)}";
}
