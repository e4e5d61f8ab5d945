namespace ExpertCluster.Inference.Tests.Sessions;

/// <summary>Threads that begin at one moment.</summary>
internal static class Together
{
    /// <summary>Ends when all have; throws what one of them threw.</summary>
    public static void Run(params Action[] actions)
    {
        using var start = new Barrier(actions.Length);
        Task[] tasks = [.. actions.Select(action => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                action();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        Task.WaitAll(tasks);
    }

    /// <summary>Again and again, until what is used has been disposed of.</summary>
    /// <param name="use">Throws ObjectDisposedException then; anything else fails the test.</param>
    /// <param name="used">Told after the first time.</param>
    public static Action UntilDisposed(Action use, CountdownEvent used) => () =>
    {
        bool told = false;
        try
        {
            while (true)
            {
                use();
                Tell();
            }
        }
        catch (ObjectDisposedException)
        {
            Tell();
        }

        void Tell()
        {
            if (!told)
            {
                told = true;
                used.Signal();
            }
        }
    };
}
