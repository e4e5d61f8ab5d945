using System.Runtime.InteropServices;
using ExpertCluster.Gating.Artefacts;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Artefacts;

public sealed class NgramIndexFileTests : IDisposable
{
    /// <summary>Three classes, four buckets: of the second one no posting.</summary>
    private static readonly NgramIndex Small = new(
        [0.5f, -0.25f, 0], [1, 2, 1.5f, 3], [0, 2, 2, 3, 4],
        [NgramIndex.Posting(0, 1), NgramIndex.Posting(2, -1.5f), NgramIndex.Posting(1, 0.25f), NgramIndex.Posting(2, 2)]);

    private static readonly GateMetadata Gate = new()
    {
        Kind = GateMetadata.RequestKind,
        Classes = ["a", "b", "general"],
        Generalist = "general",
        Buckets = 4,
        Temperature = 1,
        Floor = 0,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhatWasWritten_ScoresTheSame()
    {
        NgramIndexFile.Write(_folder["ngrams.bin"], Small);

        var read = NgramIndexFile.Read(_folder.Path, Gate);

        Assert.Equal([2.5f, 0, -3], ScoresOf(read, [0, 2], [2, 1]), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(ScoresOf(Small, [0, 1, 2, 3], [1, 2, 3, 4]), ScoresOf(read, [0, 1, 2, 3], [1, 2, 3, 4]));
    }

    [Theory]
    [InlineData(0, "no index")]
    [InlineData(7, "no index")]
    [InlineData(23, "no index")]
    [InlineData(24, "has 24 bytes")]
    [InlineData(87, "has 87 bytes; 4 buckets, 3 classes and 4 postings take 88")]
    [InlineData(89, "has 89 bytes")]
    public void Parse_AnotherLength_IsRefused(int length, string part)
    {
        byte[] bytes = Bytes();
        Array.Resize(ref bytes, length);
        Refused(bytes, part);
    }

    /// <summary>Header: version, buckets, classes, postings; then 3 biases, 4 inverse frequencies, 5 offsets, 4 postings.</summary>
    [Theory]
    [InlineData(0, 2, "version is 2; this version reads 1")]
    [InlineData(1, 5, "has 5 buckets and 3 classes, but gate.json has 4 buckets")]
    [InlineData(2, 4, "has 4 buckets and 4 classes")]
    [InlineData(2, -1, "-1 classes")]
    [InlineData(3, -1, "has -1 postings; at most")]
    [InlineData(3, int.MaxValue, "has 2147483647 postings; at most")]
    [InlineData(3, 5, "has 88 bytes")]
    [InlineData(4, 0x7fc00000, "a bias or an inverse frequency that is none")]
    [InlineData(7, 0x7f800000, "a bias or an inverse frequency that is none")]
    [InlineData(8, unchecked((int)0xbf800000), "a bias or an inverse frequency that is none")]
    [InlineData(11, 1, "offsets go from 1 to 4")]
    [InlineData(15, 3, "offsets go from 0 to 3")]
    [InlineData(12, 5, "offsets of bucket 0 go from 0 to 5")]
    [InlineData(12, -1, "offsets of bucket 0 go from 0 to -1")]
    [InlineData(13, 1, "offsets of bucket 1 go from 2 to 1")]
    [InlineData(16, 3, "bucket 0 has class 3 after -1")]
    [InlineData(17, 0, "bucket 0 has class 0 after 0")]
    [InlineData(19, 0xffff, "bucket 3 has class 65535 after -1")]
    public void Parse_NumberThatDoesNotFit_IsRefusedByName(int number, int value, string part)
    {
        byte[] bytes = Bytes();
        MemoryMarshal.Cast<byte, int>(bytes.AsSpan(8))[number] = value;
        Refused(bytes, part);
    }

    [Fact]
    public void Parse_OtherBeginning_IsRefused()
    {
        byte[] bytes = Bytes();
        bytes[3] ^= 1;
        Refused(bytes, "is no index of n-grams");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1.25f, 1.25f)]
    [InlineData(-3.5f, -3.5f)]
    [InlineData(100, 15.99951f)]
    [InlineData(-100, -16)]
    public void Posting_Weight_IsKeptWithinItsRange(float weight, float kept)
    {
        uint posting = NgramIndex.Posting(10_000, weight);
        Assert.Equal(kept, NgramIndex.WeightOf(posting), 1e-5f);
        Assert.Equal(10_000, NgramIndex.ClassOf(posting));
    }

    [Fact]
    public void OfDense_Weights_LeavesOutWhatIsNothing()
    {
        var index = NgramIndex.OfDense([0, 1, 1e-5f, -2], [0, 0], [1, 1]);
        Assert.Equal([0, 1, 2], index.Offsets.ToArray());
        Assert.Equal([1f, -2f], index.Postings.ToArray().Select(NgramIndex.WeightOf));
    }

    private static float[] ScoresOf(NgramIndex index, int[] buckets, float[] unit)
    {
        float[] scores = new float[index.Classes];
        index.Score(buckets, unit, scores);
        return scores;
    }

    private static void Refused(byte[] bytes, string part) =>
        Assert.Contains(part, Assert.Throws<GateFormatException>(() => NgramIndexFile.Parse("ngrams.bin", bytes, Gate)).Message, StringComparison.Ordinal);

    private byte[] Bytes()
    {
        NgramIndexFile.Write(_folder["ngrams.bin"], Small);
        return File.ReadAllBytes(_folder["ngrams.bin"]);
    }
}
