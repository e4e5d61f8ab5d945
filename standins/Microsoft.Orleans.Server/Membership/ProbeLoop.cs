using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>
/// Watches one silo: sends it a probe a period, and suspects it after so many periods in a row without any answer.
/// A period is not measured but lived through: it is <see cref="TicksAPeriod"/> ticks of a timer of this process, and a tick
/// that comes late still counts for one. So a process that did not run for a while, or runs slowly because the machine is
/// starved, waits in proportion longer, and does not take its own stall for the death of others. A silo that hangs is found
/// all the same. An answer that comes late is a sign of life too.
/// </summary>
internal sealed class ProbeLoop(TimeSpan period, int missedLimit, Func<Task> probe, Func<Task> suspect, TimeProvider time)
{
    public const int TicksAPeriod = 10;

    private int _answers;

    public async Task RunAsync(CancellationToken stopped)
    {
        using var timer = new PeriodicTimer(period / TicksAPeriod, time);
        try
        {
            // A new watch begins with a pause of one period: the silo may be about to start listening.
            await LiveThroughPeriodAsync(timer, stopped).ConfigureAwait(false);
            for (var missed = 0; ;)
            {
                _ = ProbeAsync();
                await LiveThroughPeriodAsync(timer, stopped).ConfigureAwait(false);
                missed = Interlocked.Exchange(ref _answers, 0) > 0 ? 0 : missed + 1;
                if (missed >= missedLimit)
                    await suspect().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // No longer one to watch.
        }
    }

    private static async Task LiveThroughPeriodAsync(PeriodicTimer timer, CancellationToken stopped)
    {
        for (var tick = 0; tick < TicksAPeriod; tick++)
            await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false);
    }

    private async Task ProbeAsync()
    {
        try
        {
            await probe().ConfigureAwait(false);
            Interlocked.Increment(ref _answers);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException or OperationCanceledException)
        {
            // A probe without an answer; the loop counts answers.
        }
    }
}
