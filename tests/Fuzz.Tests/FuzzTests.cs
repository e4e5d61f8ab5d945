using ExpertCluster.Fuzz.Running;
using ExpertCluster.Fuzz.Targets;

namespace ExpertCluster.Fuzz;

/// <summary>Each target on its kept inputs, its seeds, and what is drawn from the seed: a process each, one after the other.</summary>
public sealed class FuzzTests(ITestOutputHelper log)
{
    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Target_AnyInput_IsTakenOrRefusedInALineWithinBounds(string target)
    {
        long seconds = 60L * FuzzOptions.Minutes / FuzzTargets.Names.Length;
        var (output, problem) = await FuzzProcess.RunAsync(target, seconds > 0 ? long.MaxValue : 0, seconds, TestContext.Current.CancellationToken);

        log.WriteLine($"seed {FuzzOptions.Seed}: {output}");
        Assert.True(problem is null, problem);
    }
}
