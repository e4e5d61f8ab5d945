using ExpertCluster.Gating.Embeddings;

namespace ExpertCluster.Gating.Tests.Embeddings;

/// <summary>What an encoder reads of texts and pairs where it matters whether that is all of them.</summary>
public sealed class EncoderRowTests(MiniLm model) : IClassFixture<MiniLm>
{
    private const int Begin = 101;
    private const int End = 102;

    private readonly SentenceEncoder _encoder = model.Encoder;

    [Theory]
    [InlineData(254, 256, false)]
    [InlineData(255, 256, true)]
    [InlineData(5_000, 256, true)]
    public void Read_Words_AreCutWhereThereAreMoreThanTheModelReads(int words, int tokens, bool isCut)
    {
        var row = _encoder.Read(string.Join(' ', Enumerable.Repeat("word", words)), _encoder.MaxTokens);

        Assert.Equal((tokens, tokens, isCut), (row.Ids.Length, row.Second, row.IsCut));
        Assert.Equal((Begin, End), (row.Ids.Span[0], row.Ids.Span[^1]));
    }

    /// <summary>A word of several pieces that ends behind what the model reads, by one piece or by more.</summary>
    [Theory]
    [InlineData(248)]
    [InlineData(249)]
    [InlineData(250)]
    [InlineData(251)]
    [InlineData(252)]
    [InlineData(253)]
    public void Read_LastWordDoesNotFit_IsCut(int words)
    {
        string last = "antidisestablishmentarianism";
        int pieces = _encoder.Read(last, _encoder.MaxTokens).Ids.Length - 2;
        Assert.InRange(pieces, 5, 20);

        var row = _encoder.Read(string.Join(' ', [.. Enumerable.Repeat("word", words), last]), _encoder.MaxTokens);

        Assert.Equal(words + pieces + 2 > _encoder.MaxTokens, row.IsCut);
        Assert.Equal(Math.Min(words + pieces + 2, _encoder.MaxTokens), row.Ids.Length);
    }

    /// <summary>Words of several pieces, of which the last fits in part.</summary>
    [Theory]
    [InlineData("unbelievableness tokenization", 3)]
    [InlineData("unbelievableness tokenization", 4)]
    [InlineData("unbelievableness tokenization", 5)]
    public void Read_FewerTokens_AreTheFirst(string text, int most)
    {
        var whole = _encoder.Read(text, _encoder.MaxTokens);

        var row = _encoder.Read(text, most);

        Assert.False(whole.IsCut);
        Assert.True(row.IsCut);
        Assert.Equal([.. whole.Ids[..(most - 1)].ToArray(), End], row.Ids.ToArray());
    }

    [Theory]
    [InlineData(200_000, 0, false)]
    [InlineData(10, 70_000, true)]
    [InlineData(0, 65_000, false)]
    public void Read_Blanks_CountWhereTheyStandBetweenWords(int before, int between, bool isCut) =>
        Assert.Equal(isCut, _encoder.Read(new string(' ', before) + "a" + new string(' ', between) + "b", _encoder.MaxTokens).IsCut);

    [Fact]
    public void Pair_BothFit_HasOneBeginningAndTwoEnds()
    {
        var pair = SentenceEncoder.Pair(Row(7, 8), Row(9), 512);

        Assert.Equal([Begin, 7, 8, End, 9, End], pair.Ids.ToArray());
        Assert.Equal((4, false), (pair.Second, pair.IsCut));
    }

    /// <summary>As Hugging Face's tokenizers cut with `longest_first`: the longer one, until they are as long; what is odd is the longer one's, of equal ones the second's.</summary>
    [Theory]
    [InlineData(10, 2, 9, 4, 2)]
    [InlineData(2, 10, 9, 2, 4)]
    [InlineData(10, 10, 9, 3, 3)]
    [InlineData(10, 10, 10, 3, 4)]
    [InlineData(10, 9, 10, 4, 3)]
    [InlineData(3, 3, 9, 3, 3)]
    [InlineData(0, 10, 5, 0, 2)]
    [InlineData(4, 4, 5, 1, 1)]
    public void Pair_TooLong_CutsTheLongerFirst(int first, int second, int most, int keptFirst, int keptSecond)
    {
        var pair = SentenceEncoder.Pair(Row([.. Enumerable.Repeat(1L, first)]), Row([.. Enumerable.Repeat(2L, second)]), most);

        Assert.Equal((keptFirst, keptSecond), (pair.Ids.ToArray().Count(id => id == 1), pair.Ids.ToArray().Count(id => id == 2)));
        Assert.Equal(first + second > keptFirst + keptSecond, pair.IsCut);
        Assert.True(pair.Ids.Length <= most);
    }

    [Fact]
    public void Batches_AnyRows_HaveEachOnceAndNoMoreTokensThanAllowed()
    {
        Random random = new(7);
        EncoderRow[] rows = [.. Enumerable.Range(0, 500).Select(_ => new EncoderRow(new long[random.Next(3, 257)], 3, IsCut: false))];

        var batches = SentenceEncoder.Batches(rows, 1_000);

        Assert.Equal(Enumerable.Range(0, 500), batches.SelectMany(b => b).Order());
        Assert.All(batches, batch => Assert.True(batch.Length == 1 || batch.Length * batch.Max(i => rows[i].Ids.Length) <= 1_000));
    }

    [Fact]
    public void Run_Rows_AreAsTheirTexts()
    {
        string[] texts = ["A cat.", "The tenant shall pay the rent on the first of each month.", "?"];
        float[] vectors = new float[texts.Length * _encoder.Width];

        _encoder.Run([.. texts.Select(text => _encoder.Read(text, _encoder.MaxTokens))], vectors);

        float[] expected = _encoder.Encode(texts);
        for (int i = 0; i < vectors.Length; i++)
        {
            Assert.Equal(expected[i], vectors[i], 4);
        }
    }

    private static EncoderRow Row(params long[] words) => new((long[])[Begin, .. words, End], words.Length + 2, IsCut: false);
}
