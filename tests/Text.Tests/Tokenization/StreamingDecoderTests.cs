using System.Text;
using System.Text.Json.Nodes;
using ExpertCluster.TestSupport;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.Text.Tokenization.Tokens;

namespace ExpertCluster.Text.Tests.Tokenization;

public sealed class StreamingDecoderTests
{
    private static readonly Tokenizer Bytes = Tokenizer.Load(TinyTokenizers.Save(
        TinyTokenizers.ByteLevel(TinyTokenizers.Llama3Split, pairs: false, ignoreMerges: false), "stream"));

    [Fact]
    public void Append_CharacterInPieces_ComesWithItsLastByte()
    {
        var decoder = new StreamingDecoder(Bytes);

        Assert.Equal(["", "", "", "😀", "a"], Ids("😀a"u8).Select(decoder.Append));
        Assert.Equal("", decoder.Flush());
    }

    [Fact]
    public void Append_BytesThatCannotBecomeACharacter_GiveReplacementAtOnce()
    {
        var decoder = new StreamingDecoder(Bytes);

        Assert.Equal(["", "", "\uFFFDa"], Ids([0xF0, 0x9F, (byte)'a']).Select(decoder.Append));
        Assert.Equal(["\uFFFD"], Ids([0x80]).Select(decoder.Append));
    }

    [Fact]
    public void Flush_UnfinishedCharacter_GivesReplacementAndStartsAnew()
    {
        var decoder = new StreamingDecoder(Bytes);

        Assert.Equal(["", ""], Ids([0xE0, 0xA4]).Select(decoder.Append));
        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Equal(["a"], Ids("a"u8).Select(decoder.Append));
    }

    [Fact]
    public void Append_ByteByByte_GivesWholeCharactersOnly()
    {
        foreach (string text in new RandomText(30).Many(300))
        {
            var decoder = new StreamingDecoder(Bytes);
            string[] pieces = Ids(Encoding.UTF8.GetBytes(text)).Select(decoder.Append).Where(piece => piece.Length > 0).ToArray();

            Assert.Equal(text.EnumerateRunes().Select(rune => rune.ToString()), pieces);
        }
    }

    [Fact]
    public void Append_AnyTokens_GiveTheTextOfTheirBytes()
    {
        var tokenizer = Tokenizer.Load(RepositoryRoot.Combine("models", "demo", "base", "tokenizer.json"));
        var random = new Random(31);
        for (int round = 0; round < 300; round++)
        {
            int[] ids = [.. Enumerable.Range(0, 40).Select(_ => random.Next(random.Next(2) == 0 ? 300 : tokenizer.VocabularySize))];
            var decoder = new StreamingDecoder(tokenizer, skipSpecialTokens: false, continuesText: true);

            string text = string.Concat(ids.Select(decoder.Append)) + decoder.Flush();

            Assert.Equal(Encoding.UTF8.GetString([.. ids.SelectMany(id => tokenizer.GetTokenBytes(id).ToArray())]), text);
        }
    }

    [Fact]
    public void Append_UnknownIds_GiveNothing()
    {
        var decoder = new StreamingDecoder(Bytes);

        Assert.Equal("", decoder.Append(-1));
        Assert.Equal("", decoder.Append(Bytes.VocabularySize));
        Assert.Equal("", Bytes.GetTokenText(int.MaxValue));
        Assert.True(Bytes.GetTokenBytes(-5).IsEmpty);
    }

    [Fact]
    public void Append_SpecialToken_IsSkippedOrShown()
    {
        Assert.True(Bytes.TryGetId("<|end|>", out int end));

        Assert.Equal("", new StreamingDecoder(Bytes).Append(end));
        Assert.Equal("<|end|>", new StreamingDecoder(Bytes, skipSpecialTokens: false).Append(end));
    }

    [Fact]
    public void Append_MetaspaceDecoder_StripsTheFirstTokenOnly()
    {
        var metaspace = TinyTokenizers.Node("Metaspace", ("replacement", "▁"), ("prepend_scheme", "always"), ("split", false));
        var tokenizer = Tokenizer.Load(TinyTokenizers.Save(
            TinyTokenizers.SentencePiece(byteFallback: false, null, metaspace.DeepClone(), metaspace), "stream-metaspace"));
        Assert.True(tokenizer.TryGetId("▁the", out int the));
        Assert.True(tokenizer.TryGetId("<s>", out int special));
        var decoder = new StreamingDecoder(tokenizer);

        Assert.Equal(["", "the", " the"], new[] { special, the, the }.Select(decoder.Append));
        Assert.Equal(" the", tokenizer.GetTokenText(the));
    }

    [Fact]
    public void Append_LongTokens_AreWhole()
    {
        var file = TinyTokenizers.ByteLevel(TinyTokenizers.Llama3Split, pairs: false, ignoreMerges: false);
        string content = string.Concat(Enumerable.Repeat("नमस्ते😀", 60));
        file["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = 5000, ["content"] = content });
        var tokenizer = Tokenizer.Load(TinyTokenizers.Save(file, "stream-long"));

        Assert.Equal(content, new StreamingDecoder(tokenizer).Append(5000));
    }

    private static IEnumerable<int> Ids(ReadOnlySpan<byte> bytes)
    {
        List<int> ids = [];
        foreach (byte value in bytes)
        {
            Assert.True(Bytes.TryGetId(ByteAlphabet.ToChar(value).ToString(), out int id));
            ids.Add(id);
        }

        return ids;
    }
}
