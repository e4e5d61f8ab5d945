namespace ExpertCluster.Catalogue.Preparation;

/// <summary>Gates that are trained while the catalogue is served by earlier ones: one training at a time, of what is wanted when it begins. For one caller at a time.</summary>
/// <param name="progress">Told of one that failed.</param>
/// <param name="ended">Called when one has ended.</param>
internal sealed class BackgroundTraining(Action<string> progress, Action ended)
{
    private Task _work = Task.CompletedTask;
    private volatile Failed? _failed;

    /// <summary>Begins it, unless one runs, whatever it is of, or this one has failed.</summary>
    /// <param name="key">Of what is trained.</param>
    /// <param name="train">Puts the gates where they are found the next time.</param>
    /// <param name="trouble">What is told of one that failed, before the reason.</param>
    public void Begin(string key, Action train, string trouble = "the gates can't be trained, the earlier ones stay")
    {
        if (_work.IsCompleted && key != _failed?.Key)
        {
            _work = Task.Run(() => Run(key, train, trouble));

            // Behind it: whoever is told may begin the next one.
            _ = _work.ContinueWith(_ => ended(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Why the last one failed; null: it did not, or was of something else.</summary>
    public string? FailureOf(string key) => _failed is { } failed && failed.Key == key ? failed.Reason : null;

    private void Run(string key, Action train, string trouble)
    {
        try
        {
            train();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _failed = new Failed(key, error.Message.ReplaceLineEndings(" "));
            progress($"{trouble}: {_failed.Reason}");
        }
    }

    private sealed record Failed(string Key, string Reason);
}
