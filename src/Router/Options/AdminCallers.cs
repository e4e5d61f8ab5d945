namespace ExpertCluster.Router.Options;

/// <summary>The values of <see cref="RouterOptions.Admin"/>.</summary>
internal static class AdminCallers
{
    /// <summary>Nobody.</summary>
    public const string Off = "off";

    /// <summary>Who calls from a loopback address.</summary>
    public const string Local = "local";

    /// <summary>Whoever reaches the ports.</summary>
    public const string On = "on";
}
