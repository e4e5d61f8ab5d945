using System.Diagnostics.CodeAnalysis;

namespace ExpertCluster.Node.Exit;

/// <summary>Ends the process without unwinding: whoever asks may not be able to, least of all through a silo that starts.</summary>
internal sealed class NodeExit : INodeExit
{
    [DoesNotReturn]
    public void End(int code, string sentence = "")
    {
        if (sentence.Length > 0)
        {
            Console.Error.WriteLine(sentence);
        }

        ProcessEnd.AtOnce(code);
    }
}
