using System.Security.Cryptography;
using System.Text;

namespace ExpertCluster.Fabric.Grains;

/// <summary>What a request is called: 32 lower-case hexadecimal digits, of which the first eight are its router's, so that whoever hears the rest knows whom to ask.</summary>
public static class RequestKey
{
    public const int Length = 32;

    private const int RouterBytes = 4;
    private const int ChanceBytes = 12;

    /// <param name="siloName">Of the router.</param>
    public static string OfRouter(string siloName) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(siloName)).AsSpan(0, RouterBytes));

    /// <param name="requestKey">Of a request.</param>
    /// <returns>The key of its router.</returns>
    public static string RouterOf(string requestKey)
    {
        ArgumentNullException.ThrowIfNull(requestKey);
        return requestKey[..(2 * RouterBytes)];
    }

    /// <param name="router">The key of the router that makes it.</param>
    public static string New(string router) => router + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ChanceBytes));

    public static bool IsWellFormed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == Length && text.All(char.IsAsciiHexDigitLower);
    }
}
