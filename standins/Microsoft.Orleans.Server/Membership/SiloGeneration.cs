namespace Orleans.OneMachine.Membership;

/// <summary>Hands out generations: quarters of a second since 2026, so that a restarted process is later than its predecessor.</summary>
internal static class SiloGeneration
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static int _last;

    public static int Next()
    {
        // The wall clock only names a run; nothing is timed by it. 31 bits last until 2043.
        var now = (int)((TimeProvider.System.GetUtcNow() - Epoch).TotalSeconds * 4);
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next;
        }
    }
}
