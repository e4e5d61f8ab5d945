namespace ExpertCluster.Fabric.Grains;

/// <summary>Keys of <see cref="IFeedbackGrain"/>.</summary>
public static class FeedbackKey
{
    /// <summary>So many that the state of one, which is written whole, stays small. Two hexadecimal digits name one.</summary>
    public const int Parts = 256;

    /// <param name="part">Below <see cref="Parts"/>.</param>
    public static string Of(int part) => $"feedback/{part:x2}";

    /// <param name="requestId">As <see cref="RequestKey"/> makes them: the last two digits are drawn by chance.</param>
    public static string Of(string requestId)
    {
        ArgumentNullException.ThrowIfNull(requestId);
        return $"feedback/{requestId[^2..]}";
    }
}
