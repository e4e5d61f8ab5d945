using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Names a kind of memory: an allocator on a device.</summary>
public unsafe class OrtMemoryInfo : SafeHandle
{
    private static readonly Lazy<OrtMemoryInfo> Default = new(() =>
    {
        NativeStatus.Check(NativeMethods.CreateCpuMemoryInfo(
            (int)OrtAllocatorType.DeviceAllocator, (int)OrtMemType.Default, out nint info));
        return new OrtMemoryInfo(info);
    });

    public OrtMemoryInfo(string allocatorName, OrtAllocatorType allocatorType, int deviceId, OrtMemType memoryType)
        : base(0, ownsHandle: true)
    {
        using var name = new Utf8Text(allocatorName, stackalloc byte[Utf8Text.StackBytes]);
        NativeStatus.Check(NativeMethods.CreateMemoryInfo(
            name.Pointer, (int)allocatorType, deviceId, (int)memoryType, out nint info));
        SetHandle(LiveHandles.Opened(info));
    }

    private OrtMemoryInfo(nint info)
        : base(0, ownsHandle: true) => SetHandle(LiveHandles.Opened(info));

    /// <summary>The CPU's memory.</summary>
    public static OrtMemoryInfo DefaultInstance => Default.Value;

    public override bool IsInvalid => handle == 0;

    public string Name
    {
        get
        {
            using var info = new HandleLease(this);
            NativeStatus.Check(NativeMethods.Out2(ApiEntry.MemoryInfoGetName, info.Pointer, out nint name));
            return Marshal.PtrToStringUTF8(name) ?? string.Empty;
        }
    }

    public int Id => Get(ApiEntry.MemoryInfoGetId);

    public OrtAllocatorType GetAllocatorType() => (OrtAllocatorType)Get(ApiEntry.MemoryInfoGetType);

    public OrtMemType GetMemoryType() => (OrtMemType)Get(ApiEntry.MemoryInfoGetMemType);

    protected override bool ReleaseHandle() => LiveHandles.Release(ApiEntry.ReleaseMemoryInfo, handle);

    private int Get(int entry)
    {
        using var info = new HandleLease(this);
        NativeStatus.Check(NativeMethods.Out2(entry, info.Pointer, out int value));
        return value;
    }
}
