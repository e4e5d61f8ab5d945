namespace ExpertCluster.Wire.Tests.Support;

internal static class Wait
{
    /// <summary>Asks until it holds; the test's own time limit is the bound.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
