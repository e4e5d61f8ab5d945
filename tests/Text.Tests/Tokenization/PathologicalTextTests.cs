using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>
/// A MiB without a place to split. These finish in seconds because the work grows as n log n; with quadratic
/// work each would need hours.
/// </summary>
public sealed class PathologicalTextTests
{
    private const int Length = 1 << 20;

    private static readonly Tokenizer Bytes = Tokenizer.Load(TinyTokenizers.Save(
        TinyTokenizers.ByteLevel(TinyTokenizers.CasedSplit, pairs: false, ignoreMerges: true), "pathological"));

    private static readonly Tokenizer Pieces = Tokenizer.Load(TinyTokenizers.Save(
        TinyTokenizers.SentencePiece(byteFallback: true, null, null, TinyTokenizers.LlamaDecoder(strip: false)), "pathological-pieces"));

    [Theory]
    [InlineData("the")]
    [InlineData("A")]
    [InlineData(" ")]
    [InlineData("\n ")]
    [InlineData("<")]
    [InlineData("\u0301")]
    [InlineData("😀")]
    [InlineData("1")]
    public void Encode_OneEndlessWord_Finishes(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, Length / unit.Length));

        Assert.Equal(text, Bytes.Decode(Bytes.Encode(text), skipSpecialTokens: false));
        Assert.Equal(text, Pieces.Decode(Pieces.Encode(text), skipSpecialTokens: false));
    }

    [Fact]
    public void Encode_Cancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(() => Bytes.Encode("the", false, new CancellationToken(canceled: true)));

    [Fact]
    public void Encode_OnManyThreads_GivesWhatOneGives()
    {
        string[] texts = new RandomText(40, TinyTokenizers.SpecialTexts).Many(2000);
        int[][] alone = texts.Select(text => Bytes.Encode(text)).ToArray();
        var fresh = Tokenizer.Load(TinyTokenizers.Save(
            TinyTokenizers.ByteLevel(TinyTokenizers.CasedSplit, pairs: false, ignoreMerges: true), "threads"));

        Parallel.For(0, texts.Length, i => Assert.Equal(alone[i], fresh.Encode(texts[i])));
    }
}
