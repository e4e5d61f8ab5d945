namespace ExpertCluster.ExpertHost.Devices;

/// <summary>The devices that this host's bases compute on.</summary>
internal interface IDevices
{
    /// <summary>As they are now, the one that bases are opened on first; empty: they compute on the processor, or nobody can say. Thread-safe.</summary>
    IReadOnlyList<Device> Read();
}
