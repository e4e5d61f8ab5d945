using System.Text.RegularExpressions;

namespace ExpertCluster.Catalogue;

/// <summary>
/// Where an adapter or a base is written down as a URI instead of a path: "hf://org/repo@revision". What stands behind the scheme is
/// for its source to read; this is what holds for all.
/// </summary>
public static partial class SourceUri
{
    private const int LongestShown = 256;

    /// <summary>Whether a text is meant as a URI; else it is a path.</summary>
    public static bool Is(string text) => Form().IsMatch(text);

    /// <summary>"hf" of "hf://org/repo".</summary>
    public static string SchemeOf(string uri) => uri[..uri.IndexOf(':', StringComparison.Ordinal)];

    /// <returns>The end of a sentence that begins with the URI's place, or null where it may be one.</returns>
    public static string? ProblemOf(string uri)
    {
        string rest = uri[(SchemeOf(uri).Length + "://".Length)..];
        string host = rest.Split('/')[0];
        return uri.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) ? "holds white space or a control character"
            : SchemeOf(uri) != "hf" && host.Contains('@', StringComparison.Ordinal) && !host.Contains("@sha256:", StringComparison.Ordinal)
                ? "names a user before its host; secrets come from the environment or a file"
            : rest.Length == 0 ? "names nothing behind its scheme"
            : null;
    }

    /// <summary>For messages: without what could be a secret, a user before the host and a query, and on one line.</summary>
    public static string Shown(string uri)
    {
        string text = new([.. Query().Replace(User().Replace(uri, "$1"), "").Select(c => char.IsControl(c) ? '?' : c)]);
        return text.Length <= LongestShown ? text : text[..LongestShown] + "...";
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]*://")]
    private static partial Regex Form();

    [GeneratedRegex("^([a-zA-Z0-9+.-]+://)[^/@]*:[^/@]*@")]
    private static partial Regex User();

    [GeneratedRegex(@"\?[^#]*")]
    private static partial Regex Query();
}
