using ExpertCluster.ExpertHost.Devices;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>Devices that a test plays.</summary>
internal sealed class PlayedDevices : IDevices
{
    public IReadOnlyList<Device> Now { get; set; } = [];

    public IReadOnlyList<Device> Read() => Now;
}
