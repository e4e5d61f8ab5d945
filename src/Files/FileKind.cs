namespace ExpertCluster.Files;

/// <summary>What a path leads to.</summary>
internal enum FileKind
{
    /// <summary>Nowhere, or nobody may say: whoever opens it is told why.</summary>
    None,
    Regular,
    Folder,
    Fifo,
    Socket,
    Device,
    Other,
}
