using System.Diagnostics.CodeAnalysis;

namespace ExpertCluster.Node.Exit;

/// <summary>The way out of this process that is no orderly stop.</summary>
internal interface INodeExit
{
    /// <summary>Ends the process at once.</summary>
    /// <param name="code">One of <see cref="NodeExitCodes"/>.</param>
    /// <param name="sentence">For standard error; empty where there is nothing to say.</param>
    [DoesNotReturn]
    void End(int code, string sentence = "");
}
