namespace ExpertCluster.ExpertHost.Devices;

/// <summary>Of a host whose bases compute on the processor.</summary>
internal sealed class NoDevices : IDevices
{
    public IReadOnlyList<Device> Read() => [];
}
