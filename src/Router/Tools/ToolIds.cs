using System.Security.Cryptography;
using System.Text;

namespace ExpertCluster.Router.Tools;

/// <summary>Ids of calls: the same for the same answer, whichever host goes on with it.</summary>
internal static class ToolIds
{
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Prefix = "call_";
    private const int Length = 24;
    private const int ShortLength = 9;

    /// <param name="request">The id of the request that is answered.</param>
    /// <param name="call">Of the answer, from 0 on.</param>
    /// <param name="isShort">Nine letters and digits alone.</param>
    public static string Of(string request, int call, bool isShort)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{request} {call}")));
        string letters = string.Concat(digest.Take(isShort ? ShortLength : Length).Select(b => Letters[b % Letters.Length]));
        return isShort ? letters : Prefix + letters;
    }
}
