using System.Numerics.Tensors;
using ExpertCluster.Gating.Embeddings;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Embeddings;

public sealed class SentenceEncoderTests(MiniLm model) : IClassFixture<MiniLm>
{
    private readonly SentenceEncoder _encoder = model.Encoder;

    /// <summary>As the model's card and sentence-transformers' front page have them.</summary>
    [Theory]
    [InlineData("The weather is lovely today.", "It's so sunny outside!", 0.6660)]
    [InlineData("The weather is lovely today.", "He drove to the stadium.", 0.1046)]
    [InlineData("It's so sunny outside!", "He drove to the stadium.", 0.1411)]
    public void Encode_MiniLm_GivesThePublishedSimilarities(string one, string two, double cosine) =>
        Assert.Equal(cosine, Cosine(Vector(one), Vector(two)), 3);

    [Fact]
    public void Encode_Batch_IsAsEachAlone()
    {
        string[] texts = ["A cat.", "", "The tenant shall pay the rent on the first of each month, and the landlord shall repair the roof.", "A cat."];
        float[] all = _encoder.Encode(texts);
        for (int i = 0; i < texts.Length; i++)
        {
            var row = all.AsSpan(i * _encoder.Width, _encoder.Width);
            Assert.Equal(1, TensorPrimitives.Norm<float>(row), 4);
            Assert.Equal(1, Cosine(Vector(texts[i]), row), 4);
        }
    }

    [Fact]
    public void Encode_TwiceTheSame_GivesTheSameBytes()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => string.Join(' ', Enumerable.Repeat("word", i % 40)) + i)];
        Assert.Equal(_encoder.Encode(texts), _encoder.Encode(texts));
    }

    [Theory]
    [InlineData("café naïve Ångström", "cafe naive angstrom")]
    [InlineData("CAFE\u0301", "cafe")]
    [InlineData("a\0b\uFFFDc", "abc")]
    [InlineData("  spaces\t\r\nwithin ", "spaces within")]
    [InlineData("\uD800lone \uDC00", "lone")]
    public void Encode_WhatTheVocabularyDoesNotTellApart_IsTheSame(string one, string two) => Assert.Equal(1, Cosine(Vector(one), Vector(two)), 5);

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\uD800")]
    [InlineData("\uDC00\uD800")]
    [InlineData("日本語の文")]
    [InlineData("\U0001F600\u200D\U0001F525")]
    [InlineData("[CLS] [SEP] [PAD] [UNK] [MASK]")]
    public void Encode_AnyText_GivesLengthOne(string text) => Assert.Equal(1, TensorPrimitives.Norm<float>(Vector(text)), 4);

    [Theory]
    [InlineData('x')]
    [InlineData(' ')]
    [InlineData('\u0301')]
    [InlineData('\uD800')]
    [InlineData('語')]
    public void Encode_AMillionOfOneCharacter_IsCut(char one) => Assert.Equal(1, TensorPrimitives.Norm<float>(Vector(new string(one, 1_000_000))), 4);

    [Fact]
    public void Encode_BeyondTheModelsLength_ReadsTheBeginning()
    {
        string longText = string.Concat(Enumerable.Repeat("the rent is due ", 400));
        Assert.Equal(1, Cosine(Vector(longText), Vector(longText + "and now to football")), 5);
    }

    [Fact]
    public void Encode_RandomUnits_NeverThrows()
    {
        Random random = new(1);
        string[] texts = [.. Enumerable.Range(0, 300).Select(_ => string.Concat(Enumerable.Range(0, random.Next(50)).Select(_ => (char)random.Next(0x10000))))];
        Assert.All(_encoder.Encode(texts), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Encode_ManyAtOnce_GivesEachItsOwn()
    {
        string[] texts = [.. Enumerable.Range(0, 64).Select(i => $"sentence number {i} about {(i % 2 == 0 ? "chemistry" : "music")}")];
        float[] all = _encoder.Encode(texts);
        Parallel.For(0, texts.Length, i => Assert.Equal(1, Cosine(Vector(texts[i]), all.AsSpan(i * _encoder.Width, _encoder.Width)), 4));
    }

    [Fact]
    public void Load_Arctic_TakesTheFirstTokensVector()
    {
        using var arctic = SentenceEncoder.Load(SentenceModels.ArcticXs);
        Assert.Equal(512, arctic.MaxTokens);
        float[] vectors = arctic.Encode(["The lease ends in May.", "The rental contract is over in spring.", "Play the sonata slowly."]);
        int width = arctic.Width;
        Assert.True(Cosine(vectors.AsSpan(0, width), vectors.AsSpan(width, width)) > Cosine(vectors.AsSpan(0, width), vectors.AsSpan(2 * width, width)) + 0.1);
    }

    [Fact]
    public void Encode_AfterDispose_IsRefused()
    {
        var encoder = SentenceEncoder.Load(SentenceModels.MiniLm);
        encoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => encoder.Encode("x", new float[encoder.Width]));
    }

    [Fact]
    public void Import_Folder_ReadsAsBefore()
    {
        using TemporaryFolder folder = new();
        SentenceEncoder.Import(SentenceModels.MiniLm, folder["encoder"]);
        Assert.Equal(["encoder.json", "model.onnx", "vocab.txt"], Directory.EnumerateFiles(folder["encoder"]).Select(Path.GetFileName).Order());
        using var imported = SentenceEncoder.Load(folder["encoder"]);
        Assert.Equal(_encoder.MaxTokens, imported.MaxTokens);
        Assert.Equal(Vector("A sentence."), imported.Encode(["A sentence."]));
    }

    private float[] Vector(string text)
    {
        float[] vector = new float[_encoder.Width];
        _encoder.Encode(text, vector);
        return vector;
    }

    private static float Cosine(ReadOnlySpan<float> one, ReadOnlySpan<float> two) => TensorPrimitives.CosineSimilarity(one, two);
}
