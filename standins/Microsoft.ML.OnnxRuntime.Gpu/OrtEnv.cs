using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>The process-wide environment: loggers and shared state. Sessions keep it alive after a Dispose.</summary>
public sealed unsafe class OrtEnv : SafeHandle
{
    private static readonly Lock Creating = new();
    private static OrtEnv? _instance;

    private OrtLoggingLevel _level = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;

    private OrtEnv()
        : base(0, ownsHandle: true)
    {
        using var name = new Utf8Text("CSharpOnnxRuntime", stackalloc byte[Utf8Text.StackBytes]);
        NativeStatus.Check(NativeMethods.CreateEnv((int)_level, name.Pointer, out nint env));
        SetHandle(LiveHandles.Opened(env));
    }

    public static bool IsCreated
    {
        get
        {
            lock (Creating)
            {
                return _instance is { IsClosed: false };
            }
        }
    }

    public override bool IsInvalid => handle == 0;

    public OrtLoggingLevel EnvLogLevel
    {
        get => _level;
        set
        {
            using var env = new HandleLease(this);
            NativeStatus.Check(NativeMethods.UpdateEnvWithCustomLogLevel(env.Pointer, (int)value));
            _level = value;
        }
    }

    /// <summary>The one environment; made at the first call, and again after a Dispose.</summary>
    public static OrtEnv Instance()
    {
        lock (Creating)
        {
            return _instance is { IsClosed: false } living ? living : _instance = new OrtEnv();
        }
    }

    public string GetVersionString() => LoadedLibrary.Instance.Version;

    public string[] GetAvailableProviders()
    {
        NativeStatus.Check(NativeMethods.GetAvailableProviders(out byte** names, out int count));
        try
        {
            var providers = new string[count];
            for (int i = 0; i < count; i++)
            {
                providers[i] = Marshal.PtrToStringUTF8((nint)names[i]) ?? string.Empty;
            }

            return providers;
        }
        finally
        {
            NativeStatus.Check(NativeMethods.ReleaseAvailableProviders(names, count));
        }
    }

    protected override bool ReleaseHandle() => LiveHandles.Release(ApiEntry.ReleaseEnv, handle);
}
