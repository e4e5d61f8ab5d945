using System.Diagnostics.CodeAnalysis;

namespace ExpertCluster.Cluster.Hosting;

/// <summary>Ends the process at once: whoever is asked may not be able to unwind, least of all through a silo that starts.</summary>
internal sealed class NodeExit : INodeExit
{
    public const int Stopped = 0;
    public const int Refused = 2;
    public const int LostCluster = 3;

    [DoesNotReturn]
    public void Refuse(string sentence) => End(sentence, Refused);

    [DoesNotReturn]
    public void Lost(string sentence) => End(sentence, LostCluster);

    [DoesNotReturn]
    public void Stop() => Environment.Exit(Stopped);

    [DoesNotReturn]
    private static void End(string sentence, int code)
    {
        Console.Error.WriteLine(sentence);
        Environment.Exit(code);
    }
}
