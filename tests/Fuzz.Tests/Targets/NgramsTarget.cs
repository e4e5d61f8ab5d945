using System.Runtime.InteropServices;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Gating;
using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>ngrams.bin, and the scores that what is taken gives.</summary>
internal sealed class NgramsTarget : FuzzTarget
{
    private const int Buckets = 8;
    private const int Classes = 3;

    private static readonly GateMetadata Gate = new()
    {
        Kind = GateMetadata.RequestKind,
        Classes = ["law", "code", "demo"],
        Generalist = "demo",
        Buckets = Buckets,
        Temperature = 1,
        Floor = 0,
    };

    public override string Name => "ngrams";

    public override int Executions => 40000;

    public override bool MayNamePaths => true;

    public override long MostAllocated(int length) => (1L << 20) + (8L * length);

    public override IReadOnlyList<string> Words => ["XCNGRAMS", "\u0001\0\0\0", "\u0008\0\0\0", "\u0003\0\0\0", "\0\0\0\0"];

    public override IEnumerable<byte[]> Seeds()
    {
        var random = new Random(13);
        return Enumerable.Range(0, 8).Select(_ => Generate(random));
    }

    public override byte[] Generate(Random random)
    {
        List<int> numbers = [1, Buckets, Classes, 0, .. Floats(random, Classes), .. Floats(random, Buckets), 0];
        List<int> postings = [];
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            postings.AddRange(Enumerable.Range(0, Classes).Where(_ => random.Next(2) == 0).Select(of => (random.Next(ushort.MaxValue) << 16) | of));
            numbers.Add(postings.Count);
        }

        numbers[3] = postings.Count;
        return [.. "XCNGRAMS"u8, .. MemoryMarshal.AsBytes<int>((int[])[.. numbers, .. postings])];
    }

    public override Outcome Run(byte[] input)
    {
        try
        {
            var index = NgramIndexFile.Parse("ngrams.bin", input, Gate);
            float[] scores = new float[Classes];
            index.Score([.. Enumerable.Range(0, Buckets)], [.. Enumerable.Repeat(0.1f, Buckets)], scores);
            return Outcome.Taken;
        }
        catch (GateFormatException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }

    private static IEnumerable<int> Floats(Random random, int count) => Enumerable.Range(0, count).Select(_ => BitConverter.SingleToInt32Bits(random.NextSingle()));
}
