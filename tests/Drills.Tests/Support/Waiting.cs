namespace ExpertCluster.Drills.Support;

/// <summary>What a drill waits for. A test that runs out of time says nothing of where it stood, so this does.</summary>
internal static class Waiting
{
    /// <param name="what">For people.</param>
    /// <param name="wait">Until the test's own time limit.</param>
    public static async Task ForAsync(Func<string> what, Func<CancellationToken, Task> wait)
    {
        var test = TestContext.Current;
        try
        {
            await wait(test.CancellationToken);
        }
        catch (OperationCanceledException) when (test.CancellationToken.IsCancellationRequested)
        {
            // The test has failed already: what it writes from now on as its output is not shown.
            await Console.Error.WriteLineAsync($"{test.Test?.TestDisplayName} ended while it waited for: {what()}");
            throw;
        }
    }
}
