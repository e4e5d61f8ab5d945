namespace ExpertCluster.Router.Options;

/// <summary>Origins of pages as browsers write them (RFC 6454, section 6.2).</summary>
internal static class ClientOrigins
{
    /// <summary>Stands for all of them.</summary>
    public const string All = "*";

    /// <summary>One that is written in any other way would never be found equal.</summary>
    public static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.GetLeftPart(UriPartial.Authority) == text && uri.UserInfo.Length == 0;
}
