namespace ExpertCluster.Node.Options;

/// <summary>The values of <see cref="NodeOptions.LogFormat"/>.</summary>
public static class LogFormats
{
    /// <summary>A line of text an event.</summary>
    public const string Text = "text";

    /// <summary>A JSON object an event, on one line.</summary>
    public const string Json = "json";
}
