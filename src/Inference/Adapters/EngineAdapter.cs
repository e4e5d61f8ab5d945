namespace ExpertCluster.Inference.Adapters;

/// <summary>
/// An adapter that an engine knows: registered once, wherever its weights are by now. Equal by identity: every
/// registration gives a handle of its own, also of the same content under another name.
/// </summary>
/// <param name="name">For reports.</param>
/// <param name="digest">Of the content.</param>
public sealed class EngineAdapter(string name, string digest)
{
    /// <summary>For reports; several names may have one content.</summary>
    public string Name { get; } = name;

    /// <summary>Of the content.</summary>
    public string Digest { get; } = digest;

    /// <summary>Set by the store that it is registered in.</summary>
    internal AdapterContent? Content { get; init; }

    /// <summary>Whether this registration keeps it in the runtime.</summary>
    internal bool IsKept { get; init; }

    /// <summary>Its place in the runtime's stack; only a running sequence that has it pinned may rely on it.</summary>
    internal int Index => Content!.Index;
}
