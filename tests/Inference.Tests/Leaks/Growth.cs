namespace ExpertCluster.Inference.Tests.Leaks;

/// <summary>
/// What a round of work leaves behind. Counts must be the same at the end as after the warm-up. Bytes are taken at several points; what
/// every round leaves shows between any two of them, so the lower quartile counts: what happens now and then (a method compiled
/// again, a list that doubles, blocks that a thread keeps for its next ones) falls out.
/// </summary>
internal static class Growth
{
    private const int Points = 9;

    /// <summary>No object of ONNX Runtime or of ours that a round could leave, with the heap's own word, is smaller.</summary>
    private const int SmallestObject = 48;

    /// <param name="folder">Of the files that may be mapped.</param>
    /// <param name="rounds">Between two points.</param>
    /// <param name="round">Its warm-up is one point's rounds twice.</param>
    /// <param name="nativeBytes">That a round may leave: what the library or the .NET runtime itself keeps.</param>
    public static async Task AssertNoneAsync(string folder, int rounds, Func<Task> round, int nativeBytes = 0)
    {
        await RepeatAsync(2 * rounds, round);
        var points = new Footprint[Points];
        points[0] = Footprint.Take(folder);
        for (int i = 1; i < Points; i++)
        {
            await RepeatAsync(rounds, round);
            points[i] = Footprint.Take(folder);
        }

        (Footprint first, Footprint last) = (points[0], points[^1]);
        double native = PerRound(point => point.NativeBytes);
        double managed = PerRound(point => point.ManagedBytes);
        TestContext.Current.TestOutputHelper?.WriteLine($"{native:F1} native, {managed:F1} managed bytes a round; {first} -> {last}");
        Assert.Equal((first.Lifetimes, first.Maps, first.Descriptors), (last.Lifetimes, last.Maps, last.Descriptors));
        Assert.True(native < nativeBytes + SmallestObject, $"a round leaves {native:F1} native bytes");
        Assert.True(managed < SmallestObject, $"a round leaves {managed:F1} managed bytes");

        double PerRound(Func<Footprint, long> bytes)
        {
            long[] steps = [.. points.Zip(points.Skip(1), (from, to) => bytes(to) - bytes(from)).Order()];
            return (double)steps[steps.Length / 4] / rounds;
        }
    }

    /// <inheritdoc cref="AssertNoneAsync(string, int, Func{Task}, int)"/>
    public static Task AssertNoneAsync(string folder, int rounds, Action round, int nativeBytes = 0) => AssertNoneAsync(
        folder,
        rounds,
        () =>
        {
            round();
            return Task.CompletedTask;
        },
        nativeBytes);

    private static async Task RepeatAsync(int rounds, Func<Task> round)
    {
        for (int i = 0; i < rounds; i++)
        {
            await round();
        }
    }
}
