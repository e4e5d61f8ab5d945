namespace Microsoft.Orleans.Server.Tests.Support;

/// <summary>Waits for a condition that other threads or processes bring about.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task Holds(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(15));
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < (limit ?? Limit), $"Did not come true in time: {what}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public static Task Holds(Func<bool> condition, string what, TimeSpan? limit = null) => Holds(() => Task.FromResult(condition()), what, limit);

    /// <summary>The first result that comes without one of the cluster's own errors.</summary>
    public static async Task<T> Succeeds<T>(Func<Task<T>> attempt, string what)
    {
        T? result = default;
        await Holds(
            async () =>
            {
                try
                {
                    result = await attempt();
                    return true;
                }
                catch (Exception exception) when (exception is global::Orleans.Runtime.OrleansException or TimeoutException)
                {
                    return false;
                }
            },
            what);
        return result!;
    }
}
