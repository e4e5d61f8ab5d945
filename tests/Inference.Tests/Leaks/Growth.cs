namespace ExpertCluster.Inference.Tests.Leaks;

/// <summary>
/// What a round of work leaves behind. The process is looked at at several points; what every round leaves shows between any two of
/// them, so the lower quartile of the steps counts: what happens now and then (a method compiled again, a list that doubles, blocks
/// that a thread keeps for its next ones, a file that the runtime opens for a moment) falls out.
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

        double native = PerRound(point => point.NativeBytes);
        double managed = PerRound(point => point.ManagedBytes);
        double counted = PerRound(point => point.Lifetimes + point.Maps + point.Descriptors);
        string found = $"a round leaves {counted:F2} counted objects, {native:F1} native and {managed:F1} managed bytes: {points[0]} to {points[^1]}";
        TestContext.Current.TestOutputHelper?.WriteLine(found);
        Assert.True(counted <= 0 && native < nativeBytes + SmallestObject && managed < SmallestObject, found);

        double PerRound(Func<Footprint, long> held)
        {
            long[] steps = [.. points.Zip(points.Skip(1), (from, to) => held(to) - held(from)).Order()];
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
