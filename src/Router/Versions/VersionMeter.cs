using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Versions;

/// <summary>Measures what versions do with the requests that they are given. Where an expert has one version alone, there is nothing to compare.</summary>
internal sealed class VersionMeter(VersionBook book, TimeProvider time)
{
    /// <summary>Waits for the first chunk.</summary>
    /// <param name="experts">What was asked for, by the plan.</param>
    /// <param name="deadline">Of the request, UTC.</param>
    /// <param name="open">Begins the answer.</param>
    /// <returns>A <see cref="MeasuredAnswer"/> where there is something to compare, else the answer as it is.</returns>
    /// <exception cref="RequestFailedException">What <paramref name="open"/> throws.</exception>
    public Task<IAnswerStream> OpenAsync(IEnumerable<PlannedExpert> experts, DateTime deadline, Func<Task<IAnswerStream>> open)
    {
        VersionCounts[] versions = [.. experts.Select(book.CountsOf).OfType<VersionCounts>()];
        return versions.Length == 0 ? open() : MeasureAsync(new VersionStopwatch(versions, deadline, time), open);
    }

    private static async Task<IAnswerStream> MeasureAsync(VersionStopwatch watch, Func<Task<IAnswerStream>> open)
    {
        try
        {
            return new MeasuredAnswer(await open(), watch);
        }
        catch (Exception error) when (error is RequestFailedException or OperationCanceledException)
        {
            watch.Fail(error, tokens: 0);
            throw;
        }
    }
}
