using Orleans;

namespace ExpertCluster.Fabric.Grains;

/// <summary>
/// An expert's own files keep it from being loaded, on whichever host: another one, or another try at once, does not help. The
/// message names expert and file, and no path.
/// </summary>
[GenerateSerializer]
[Alias("expertcluster.ExpertUnusableException")]
public sealed class ExpertUnusableException : Exception
{
    public ExpertUnusableException()
    {
    }

    public ExpertUnusableException(string message)
        : base(message)
    {
    }

    public ExpertUnusableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
