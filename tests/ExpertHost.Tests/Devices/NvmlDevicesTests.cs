using System.Runtime.InteropServices;
using ExpertCluster.ExpertHost.Devices;
using ExpertCluster.ExpertHost.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Devices;

/// <summary>The driver's library, played: two devices, and a part of one by its name.</summary>
public sealed unsafe class NvmlDevicesTests
{
    private static int _initialised;
    private static int _broken;

    private readonly LogLines<NvmlDevices> _log = new();

    public NvmlDevicesTests() => (_initialised, _broken) = (0, 0);

    [Fact]
    public void Read_NothingIsSaid_HasAllDevices()
    {
        using var devices = new NvmlDevices(Find, visible: null, _log);

        Assert.Equal([new Device("Card 1", 1_000, 4_000, 0.25), new Device("Card 2", 2_000, 8_000, 0.5)], devices.Read());
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData("1,0", "Card 2", "Card 1")]
    [InlineData("1", "Card 2")]
    [InlineData("MIG-a", "Part")]
    [InlineData("0, GPU-2", "Card 1", "Card 2")]
    [InlineData("0,7,1", "Card 1")]
    [InlineData("")]
    [InlineData("-1")]
    public void Read_VisibleDevices_AreThoseInThatOrder(string visible, params string[] names)
    {
        using var devices = new NvmlDevices(Find, visible, _log);

        Assert.Equal(names, devices.Read().Select(d => d.Name));
    }

    [Fact]
    public void Read_PartOfADevice_HasNoUse()
    {
        using var devices = new NvmlDevices(Find, "MIG-a", _log);

        Assert.Equal([new Device("Part", 500, 1_000, null)], devices.Read());
    }

    [Fact]
    public void Read_NoLibrary_HasNoneAndSaysSoOnce()
    {
        using var devices = new NvmlDevices(_ => 0, visible: null, _log);

        Assert.Empty(devices.Read());
        Assert.Empty(devices.Read());
        Assert.Contains("libnvidia-ml.so.1 is not on this machine", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DriverThatFails_HasNoneFromThenOn()
    {
        using var devices = new NvmlDevices(Find, visible: null, _log);
        Assert.Equal(2, devices.Read().Count);
        _broken = 15;

        Assert.Empty(devices.Read());
        Assert.Empty(devices.Read());
        Assert.Contains("nvmlDeviceGetMemoryInfo gave 15", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ThisMachine_DoesNotThrow()
    {
        using var devices = NvmlDevices.Open(_log);

        Assert.All(devices.Read(), d => Assert.InRange(d.FreeBytes, 0, d.TotalBytes));
    }

    private static nint Find(string name) => name switch
    {
        "nvmlInit_v2" => (nint)(delegate* unmanaged<int>)&Init,
        "nvmlShutdown" => (nint)(delegate* unmanaged<int>)&Shutdown,
        "nvmlDeviceGetCount_v2" => (nint)(delegate* unmanaged<uint*, int>)&Count,
        "nvmlDeviceGetHandleByIndex_v2" => (nint)(delegate* unmanaged<uint, nint*, int>)&ByIndex,
        "nvmlDeviceGetHandleByUUID" => (nint)(delegate* unmanaged<byte*, nint*, int>)&ByUuid,
        "nvmlDeviceGetMemoryInfo" => (nint)(delegate* unmanaged<nint, ulong*, int>)&MemoryInfo,
        "nvmlDeviceGetUtilizationRates" => (nint)(delegate* unmanaged<nint, uint*, int>)&Rates,
        "nvmlDeviceGetName" => (nint)(delegate* unmanaged<nint, byte*, uint, int>)&Name,
        _ => 0,
    };

    [UnmanagedCallersOnly]
    private static int Init()
    {
        _initialised++;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Shutdown() => --_initialised == 0 ? 0 : 1;

    [UnmanagedCallersOnly]
    private static int Count(uint* count)
    {
        *count = 2;
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int ByIndex(uint index, nint* handle)
    {
        *handle = (nint)index + 1;
        return index < 2 ? 0 : 2;
    }

    [UnmanagedCallersOnly]
    private static int ByUuid(byte* uuid, nint* handle)
    {
        *handle = Marshal.PtrToStringUTF8((nint)uuid) switch { "MIG-a" => 3, "GPU-2" => 2, _ => 0 };
        return *handle > 0 ? 0 : 6;
    }

    [UnmanagedCallersOnly]
    private static int MemoryInfo(nint handle, ulong* totalFreeUsed)
    {
        var (total, free) = handle == 3 ? (1_000UL, 500UL) : ((ulong)handle * 4_000, (ulong)handle * 1_000);
        (totalFreeUsed[0], totalFreeUsed[1], totalFreeUsed[2]) = (total, free, total - free);
        return _broken;
    }

    [UnmanagedCallersOnly]
    private static int Rates(nint handle, uint* gpuMemory)
    {
        (gpuMemory[0], gpuMemory[1]) = ((uint)handle * 25, 1);
        return handle == 3 ? 3 : 0;
    }

    [UnmanagedCallersOnly]
    private static int Name(nint handle, byte* name, uint length)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(handle == 3 ? "Part\0" : $"Card {handle}\0");
        text.CopyTo(new Span<byte>(name, (int)length));
        return 0;
    }
}
