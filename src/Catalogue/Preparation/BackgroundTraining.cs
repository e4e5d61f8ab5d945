namespace ExpertCluster.Catalogue.Preparation;

/// <summary>Gates that are trained while the catalogue is served by earlier ones: one training at a time, of what is wanted when it begins. For one caller at a time.</summary>
/// <param name="progress">Told of one that failed.</param>
/// <param name="ended">Called when one has ended.</param>
internal sealed class BackgroundTraining(Action<string> progress, Action ended)
{
    private Task _work = Task.CompletedTask;
    private string _failed = "";

    /// <summary>Begins it, unless one runs, whatever it is of, or this one has failed.</summary>
    /// <param name="key">Of what is trained.</param>
    /// <param name="train">Puts the gates where they are found the next time.</param>
    public void Begin(string key, Action train)
    {
        if (_work.IsCompleted && key != _failed)
        {
            _work = Task.Run(() => Run(key, train));
        }
    }

    private void Run(string key, Action train)
    {
        try
        {
            train();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _failed = key;
            progress($"the gates can't be trained, the earlier ones stay: {error.Message.ReplaceLineEndings(" ")}");
        }
        finally
        {
            // The next one may begin as soon as it is asked for: this one is as good as over.
            _ = Task.Run(ended);
        }
    }
}
