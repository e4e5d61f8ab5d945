using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>How a session is built. Read when a session is created; later changes do not reach it.</summary>
public partial class SessionOptions : SafeHandle
{
    private GraphOptimizationLevel _optimization = GraphOptimizationLevel.ORT_ENABLE_ALL;
    private ExecutionMode _executionMode = ExecutionMode.ORT_SEQUENTIAL;
    private OrtLoggingLevel _logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
    private bool _memoryPattern = true;
    private bool _memoryArena = true;
    private bool _profiling;
    private int _intraThreads;
    private int _interThreads;

    public SessionOptions()
        : base(0, ownsHandle: true)
    {
        NativeStatus.Check(NativeMethods.Out1(ApiEntry.CreateSessionOptions, out nint options));
        SetHandle(LiveHandles.Opened(options));
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Prefix of the profile's file name; set before <see cref="EnableProfiling"/>.</summary>
    public string ProfileOutputPathPrefix { get; set; } = "onnxruntime_profile_";

    public GraphOptimizationLevel GraphOptimizationLevel
    {
        get => _optimization;
        set
        {
            Set(ApiEntry.SetSessionGraphOptimizationLevel, (int)value);
            _optimization = value;
        }
    }

    public ExecutionMode ExecutionMode
    {
        get => _executionMode;
        set
        {
            Set(ApiEntry.SetSessionExecutionMode, (int)value);
            _executionMode = value;
        }
    }

    public OrtLoggingLevel LogSeverityLevel
    {
        get => _logLevel;
        set
        {
            Set(ApiEntry.SetSessionLogSeverityLevel, (int)value);
            _logLevel = value;
        }
    }

    /// <summary>Threads within an operator; 0 lets the library choose.</summary>
    public int IntraOpNumThreads
    {
        get => _intraThreads;
        set
        {
            Set(ApiEntry.SetIntraOpNumThreads, value);
            _intraThreads = value;
        }
    }

    /// <summary>Threads across operators, of use with ORT_PARALLEL only.</summary>
    public int InterOpNumThreads
    {
        get => _interThreads;
        set
        {
            Set(ApiEntry.SetInterOpNumThreads, value);
            _interThreads = value;
        }
    }

    public bool EnableMemoryPattern
    {
        get => _memoryPattern;
        set
        {
            Set(value ? ApiEntry.EnableMemPattern : ApiEntry.DisableMemPattern);
            _memoryPattern = value;
        }
    }

    public bool EnableCpuMemArena
    {
        get => _memoryArena;
        set
        {
            Set(value ? ApiEntry.EnableCpuMemArena : ApiEntry.DisableCpuMemArena);
            _memoryArena = value;
        }
    }

    public bool EnableProfiling
    {
        get => _profiling;
        set
        {
            if (value)
            {
                BeginProfiling();
            }
            else
            {
                Set(ApiEntry.DisableProfiling);
            }

            _profiling = value;
        }
    }

    public unsafe void AddSessionConfigEntry(string configKey, string configValue)
    {
        using var key = new Utf8Text(configKey, stackalloc byte[Utf8Text.StackBytes]);
        using var value = new Utf8Text(configValue, stackalloc byte[Utf8Text.StackBytes]);
        using var options = new HandleLease(this);
        NativeStatus.Check(
            NativeMethods.Call(ApiEntry.AddSessionConfigEntry, options.Pointer, (nint)key.Pointer, (nint)value.Pointer));
    }

    /// <summary>Replaces the graph's initializer of that name. The value must outlive the session.</summary>
    public unsafe void AddInitializer(string name, OrtValue ortValue)
    {
        ArgumentNullException.ThrowIfNull(ortValue);
        using var text = new Utf8Text(name, stackalloc byte[Utf8Text.StackBytes]);
        using var value = new HandleLease(ortValue.Handle);
        using var options = new HandleLease(this);
        NativeStatus.Check(NativeMethods.Call(ApiEntry.AddInitializer, options.Pointer, (nint)text.Pointer, value.Pointer));
    }

    protected override bool ReleaseHandle() => LiveHandles.Release(ApiEntry.ReleaseSessionOptions, handle);

    private unsafe void BeginProfiling()
    {
        using var options = new HandleLease(this);
        fixed (byte* prefix = NativePath.Encode(ProfileOutputPathPrefix))
        {
            NativeStatus.Check(NativeMethods.Call(ApiEntry.EnableProfiling, options.Pointer, (nint)prefix));
        }
    }

    private void Set(int entry)
    {
        using var options = new HandleLease(this);
        NativeStatus.Check(NativeMethods.Call(entry, options.Pointer));
    }

    private void Set(int entry, int value)
    {
        using var options = new HandleLease(this);
        NativeStatus.Check(NativeMethods.Call(entry, options.Pointer, value));
    }
}
