using System.Buffers;
using System.Globalization;
using System.Text;
using ExpertCluster.Files;

namespace ExpertCluster.Node.Security;

/// <summary>Tokens that callers show (RFC 6750), as settings and files have them: a line each. No message has one in it.</summary>
/// <param name="Tokens">One at least; empty where there is a problem.</param>
/// <param name="Problem">The end of a sentence that begins with the setting's name; null: none.</param>
public sealed record BearerTokens(IReadOnlyList<string> Tokens, string? Problem)
{
    /// <summary>Two while one takes the other's place, and some for callers of several kinds.</summary>
    public const int MostTokens = 8;

    /// <summary>A guess at a shorter one might hit.</summary>
    public const int LeastLength = 16;

    /// <summary>A header has 8 KiB.</summary>
    public const int MostLength = 512;

    private const int MostBytes = 1 << 14;

    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    public static BearerTokens Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] tokens = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return tokens.Length is 0 or > MostTokens ? Wrong(string.Create(CultureInfo.InvariantCulture, $"must have 1 to {MostTokens} tokens, a line each; it has {tokens.Length}"))
            : Array.Exists(tokens, token => token.Length is < LeastLength or > MostLength || token.AsSpan().ContainsAnyExcept(Letters))
                ? Wrong(string.Create(CultureInfo.InvariantCulture, $"must have {LeastLength} to {MostLength} letters, digits and any of -._~+/= a token"))
                : new BearerTokens(tokens, null);
    }

    /// <summary>What a file holds now.</summary>
    public static BearerTokens ReadFile(string path)
    {
        try
        {
            var tokens = Parse(Encoding.UTF8.GetString(RegularFile.ReadAllBytes(path, MostBytes)));
            return tokens.Problem is { } problem ? Wrong($"'{path}' {problem}") : tokens;
        }
        catch (FileRefusedException refused)
        {
            return Wrong($"'{path}' {refused.Problem}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Wrong($"'{path}' can't be read: {error.Message}");
        }
    }

    /// <summary>Never the tokens.</summary>
    public override string ToString() => Problem ?? string.Create(CultureInfo.InvariantCulture, $"{Tokens.Count} tokens");

    private static BearerTokens Wrong(string problem) => new([], problem);
}
