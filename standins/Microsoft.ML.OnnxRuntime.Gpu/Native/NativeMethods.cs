using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>The function table of the native library. Every function that can fail returns a status for <see cref="NativeStatus"/>.</summary>
internal static unsafe partial class NativeMethods
{
    private static readonly Lock Loading = new();
    private static nint* _api;

    private static nint* Api => _api != null ? _api : Load();

    private static nint* Load()
    {
        lock (Loading)
        {
            return _api != null ? _api : _api = LoadedLibrary.Instance.Api;
        }
    }

    /// <summary>Calls one of the Release functions, which take a pointer and return nothing.</summary>
    public static void Release(int entry, nint pointer) => ((delegate* unmanaged<nint, void>)Api[entry])(pointer);

    public static int GetErrorCode(nint status) => ((delegate* unmanaged<nint, int>)Api[ApiEntry.GetErrorCode])(status);

    public static string GetErrorMessage(nint status) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)Api[ApiEntry.GetErrorMessage])(status)) ?? string.Empty;

    public static nint CreateEnv(int level, byte* name, out nint env) => Out3(ApiEntry.CreateEnv, level, (nint)name, out env);

    public static nint UpdateEnvWithCustomLogLevel(nint env, int level) =>
        ((delegate* unmanaged<nint, int, nint>)Api[ApiEntry.UpdateEnvWithCustomLogLevel])(env, level);

    public static nint GetAvailableProviders(out byte** names, out int count)
    {
        fixed (byte*** n = &names)
        {
            fixed (int* c = &count)
            {
                return ((delegate* unmanaged<byte***, int*, nint>)Api[ApiEntry.GetAvailableProviders])(n, c);
            }
        }
    }

    public static nint ReleaseAvailableProviders(byte** names, int count) =>
        ((delegate* unmanaged<byte**, int, nint>)Api[ApiEntry.ReleaseAvailableProviders])(names, count);

    /// <summary>The many functions of the shape status f(out pointer).</summary>
    public static nint Out1(int entry, out nint result)
    {
        fixed (nint* r = &result)
        {
            return ((delegate* unmanaged<nint*, nint>)Api[entry])(r);
        }
    }

    /// <summary>status f(pointer, out pointer).</summary>
    public static nint Out2(int entry, nint self, out nint result)
    {
        fixed (nint* r = &result)
        {
            return ((delegate* unmanaged<nint, nint*, nint>)Api[entry])(self, r);
        }
    }

    /// <summary>status f(pointer, out int). The result's upper half is left alone by the callee.</summary>
    public static nint Out2(int entry, nint self, out int result)
    {
        fixed (int* r = &result)
        {
            return ((delegate* unmanaged<nint, int*, nint>)Api[entry])(self, r);
        }
    }

    /// <summary>status f(pointer).</summary>
    public static nint Call(int entry, nint self) => ((delegate* unmanaged<nint, nint>)Api[entry])(self);

    /// <summary>status f(pointer, int).</summary>
    public static nint Call(int entry, nint self, int value) => ((delegate* unmanaged<nint, int, nint>)Api[entry])(self, value);

    /// <summary>status f(pointer, pointer, pointer).</summary>
    public static nint Call(int entry, nint self, nint first, nint second) =>
        ((delegate* unmanaged<nint, nint, nint, nint>)Api[entry])(self, first, second);

    /// <summary>status f(pointer, pointer).</summary>
    public static nint Call(int entry, nint self, nint first) => ((delegate* unmanaged<nint, nint, nint>)Api[entry])(self, first);

    /// <summary>status f(pointer, pointer, out pointer).</summary>
    public static nint Out3(int entry, nint self, nint argument, out nint result)
    {
        fixed (nint* r = &result)
        {
            return ((delegate* unmanaged<nint, nint, nint*, nint>)Api[entry])(self, argument, r);
        }
    }

    private static nint Out3(int entry, int self, nint argument, out nint result)
    {
        fixed (nint* r = &result)
        {
            return ((delegate* unmanaged<int, nint, nint*, nint>)Api[entry])(self, argument, r);
        }
    }
}
