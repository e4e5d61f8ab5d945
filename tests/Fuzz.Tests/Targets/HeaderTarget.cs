using System.Text;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Security;
using ExpertCluster.Router.Apis;
using ExpertCluster.Router.Apis.Streams;
using ExpertCluster.Router.Resumption;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>Headers that this product reads itself, and files of tokens: each input as each of them.</summary>
internal sealed class HeaderTarget : FuzzTarget
{
    private static readonly string[] Parts = ["1", "99999999", "100000000", "0", "H", "M", "S", "m", "u", "n", "-1", "+1", " ", "stable", "canary", "shadow", "Bearer ", "abcdefghijklmnop", "\n", "\r\n", "\t", "\u0661", "\u00e9", "=", ",", "\0", "\ud800"];

    public override string Name => "header";

    public override int Executions => 30000;

    public override int LongestInput => 1 << 12;

    public override long MostAllocated(int length) => (1L << 19) + (200L * length);

    public override IReadOnlyList<string> Words => Parts;

    public override IEnumerable<byte[]> Seeds() => ((string[])["5S", "100m", "canary", "Bearer abcdefghijklmnop", "abcdefghijklmnop\nabcdefghijklmnoq\n"]).Select(Encoding.UTF8.GetBytes);

    public override byte[] Generate(Random random) => Encoding.UTF8.GetBytes(random.Join(random.Count(4, 200), "", () => random.Of(Parts)));

    public override Outcome Run(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        var http = new DefaultHttpContext();
        if (!text.Contains("abcdef", StringComparison.Ordinal))
        {
            http.Request.Headers[VersionHeader.Name] = text;
        }

        http.Request.Headers.Authorization = text;
        if (TimeoutHeader.TryRead(text, out var timeout) && timeout < TimeSpan.Zero)
        {
            throw new InvalidOperationException($"a timeout of {timeout}");
        }

        if (CallerKey.Of(http) == 0)
        {
            throw new InvalidOperationException("a caller that is nobody");
        }

        ReadPlace(http, text);
        try
        {
            VersionHeader.Read(http);
            return BearerTokens.Parse(text).Problem is { } problem ? Outcome.Refused(problem) : Outcome.Taken;
        }
        catch (RequestFailedException refused)
        {
            return ChatBodyTarget.Told(refused.Failure);
        }
    }

    /// <summary>What says which stream a caller comes back to, and where it goes on.</summary>
    private static void ReadPlace(HttpContext http, string text)
    {
        http.Request.Headers["Last-Event-ID"] = text;
        foreach (var read in (Action[])[() => StreamIds.Check(text, HeldCalls.Header), () => StreamIds.RouterOf(text), () => StreamEndpoints.PlaceOf(http)])
        {
            try
            {
                read();
            }
            catch (RequestFailedException refused)
            {
                ChatBodyTarget.Told(refused.Failure);
            }
        }
    }
}
