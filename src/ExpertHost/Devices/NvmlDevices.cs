using System.Runtime.InteropServices;

namespace ExpertCluster.ExpertHost.Devices;

/// <summary>
/// NVIDIA's devices, by the driver's management library (NVML). Those that CUDA_VISIBLE_DEVICES names, in its order, or all: the first is the one that CUDA calls 0. Without the
/// library, or where it fails, there are none, and one line of the log says why.
/// </summary>
internal sealed unsafe partial class NvmlDevices : IDevices, IDisposable
{
    /// <summary>Of the driver; the development packages' name without a version is not on every machine.</summary>
    public const string Library = "libnvidia-ml.so.1";

    /// <summary>Devices that are looked at.</summary>
    private const int Most = 16;

    private const int NameLength = 96;
    private const int Success = 0;

    private readonly Lock _lock = new();
    private readonly ILogger<NvmlDevices> _log;
    private readonly List<nint> _handles = [];
    private readonly delegate* unmanaged<nint, Memory*, int> _memory;
    private readonly delegate* unmanaged<nint, Utilization*, int> _utilization;
    private readonly delegate* unmanaged<nint, byte*, uint, int> _name;
    private readonly delegate* unmanaged<int> _shutdown;
    private bool _failed;

    /// <param name="find">Finds a function of the library by name; 0: it has none, or is not there.</param>
    /// <param name="visible">CUDA_VISIBLE_DEVICES; null: not set.</param>
    /// <param name="log">Told once why nothing can be read.</param>
    public NvmlDevices(Func<string, nint> find, string? visible, ILogger<NvmlDevices> log)
    {
        _log = log;
        var init = (delegate* unmanaged<int>)find("nvmlInit_v2");
        var count = (delegate* unmanaged<uint*, int>)find("nvmlDeviceGetCount_v2");
        var byIndex = (delegate* unmanaged<uint, nint*, int>)find("nvmlDeviceGetHandleByIndex_v2");
        var byUuid = (delegate* unmanaged<byte*, nint*, int>)find("nvmlDeviceGetHandleByUUID");
        _memory = (delegate* unmanaged<nint, Memory*, int>)find("nvmlDeviceGetMemoryInfo");
        _utilization = (delegate* unmanaged<nint, Utilization*, int>)find("nvmlDeviceGetUtilizationRates");
        _name = (delegate* unmanaged<nint, byte*, uint, int>)find("nvmlDeviceGetName");
        _shutdown = (delegate* unmanaged<int>)find("nvmlShutdown");
        if (init is null || count is null || byIndex is null || byUuid is null || _memory is null || _utilization is null || _name is null || _shutdown is null)
        {
            Fail($"{Library} is not on this machine, or lacks a function");
            return;
        }

        int code = init();
        if (code != Success)
        {
            Fail(FormattableString.Invariant($"{Library} can't be used: nvmlInit gave {code}"));
            return;
        }

        uint there = 0;
        Check(count(&there), "nvmlDeviceGetCount");
        foreach (string wanted in visible is null ? Enumerable.Range(0, (int)Math.Min(there, Most)).Select(i => FormattableString.Invariant($"{i}")) : visible.Split(',').Take(Most))
        {
            nint handle = 0;
            string id = wanted.Trim();
            bool isIndex = uint.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out uint index);
            fixed (byte* uuid = System.Text.Encoding.ASCII.GetBytes(id + '\0'))
            {
                // As CUDA does: what follows one that there is not counts no more.
                if ((isIndex ? byIndex(index, &handle) : byUuid(uuid, &handle)) != Success)
                {
                    break;
                }
            }

            _handles.Add(handle);
        }
    }

    /// <summary>Of this machine.</summary>
    public static NvmlDevices Open(ILogger<NvmlDevices> log)
    {
        bool isThere = NativeLibrary.TryLoad(Library, out nint library);
        return new NvmlDevices(
            name => isThere && NativeLibrary.TryGetExport(library, name, out nint function) ? function : 0, Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"), log);
    }

    public IReadOnlyList<Device> Read()
    {
        lock (_lock)
        {
            return _failed ? [] : [.. _handles.Select(Read).OfType<Device>()];
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_failed)
            {
                _failed = true;
                _ = _shutdown();
            }
        }
    }

    private Device? Read(nint handle)
    {
        Memory memory;
        if (!Check(_memory(handle, &memory), "nvmlDeviceGetMemoryInfo"))
        {
            return null;
        }

        // A part of a device (MIG) has no such figure.
        Utilization use;
        double? computing = _utilization(handle, &use) == Success ? Math.Min(use.Gpu, 100) / 100.0 : null;
        byte* name = stackalloc byte[NameLength];
        string called = _name(handle, name, NameLength) == Success ? Marshal.PtrToStringUTF8((nint)name) ?? "" : "";
        return new Device(called, (long)Math.Min(memory.Free, long.MaxValue), (long)Math.Min(memory.Total, long.MaxValue), computing);
    }

    private bool Check(int code, string function)
    {
        if (code != Success)
        {
            Fail(FormattableString.Invariant($"{function} gave {code}"));
        }

        return code == Success;
    }

    private void Fail(string reason)
    {
        if (!_failed)
        {
            _failed = true;
            LogNone(_log, reason);
        }
    }

    [LoggerMessage(2601, LogLevel.Warning, "What the devices have of memory is not known: {Reason}")]
    private static partial void LogNone(ILogger log, string reason);

    /// <summary>nvmlMemory_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Memory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }

    /// <summary>nvmlUtilization_t, in percent.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Utilization
    {
        public uint Gpu;
        public uint Memory;
    }
}
