namespace ExpertCluster.Node.Options;

/// <summary>Which of the two executables a process is; they differ in whom they let in.</summary>
public enum NodeRole
{
    /// <summary>Clients call it; it calls hosts.</summary>
    Router,

    /// <summary>Only routers call it.</summary>
    Host,
}
