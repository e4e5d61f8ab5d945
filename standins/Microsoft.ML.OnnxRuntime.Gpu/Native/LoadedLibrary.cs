using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>The native library, opened once: its path, its version and its function table.</summary>
internal sealed unsafe class LoadedLibrary
{
    /// <summary>The oldest table that serves: 24 came with ONNX Runtime 1.24.</summary>
    public const uint ApiVersion = 24;

    private static readonly Lazy<LoadedLibrary> Loaded = new(() => new LoadedLibrary(LibraryLocator.Find()));

    /// <summary>Opens a library file.</summary>
    /// <exception cref="DllNotFoundException">It can't be loaded, is no ONNX Runtime, or is too old a one; the message says which.</exception>
    internal LoadedLibrary(string path, uint apiVersion = ApiVersion)
    {
        Path = path;
        nint library = Open(path);
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint getBase))
        {
            throw new DllNotFoundException($"'{path}' is not an ONNX Runtime library: it has no function OrtGetApiBase. {Remedy}");
        }

        nint* apiBase = ((delegate* unmanaged<nint*>)getBase)();
        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])()) ?? "unknown";
        Api = ((delegate* unmanaged<uint, nint*>)apiBase[0])(apiVersion);
        if (Api == null)
        {
            throw new DllNotFoundException(
                $"'{path}' is ONNX Runtime {Version}, which lacks C API {apiVersion}: version 1.{apiVersion} or later is needed. {Remedy}");
        }
    }

    public static LoadedLibrary Instance => Loaded.Value;

    public string Path { get; }

    public string Version { get; }

    /// <summary>The functions, by the places of <see cref="ApiEntry"/>.</summary>
    public nint* Api { get; }

    private static string Remedy =>
        $"Set {LibraryLocator.PathVariable} to another {LibraryLocator.FileName}, or unset it to use the one that build/native/fetch.sh fetches.";

    private static nint Open(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(
                $"'{path}' can't be loaded into this {RuntimeInformation.ProcessArchitecture} process: {ElfMachine.Complaint(path) ?? Reason(failure.Message)}. {Remedy}", failure);
        }
    }

    // .NET puts general advice first; what the system's loader said stands on the lines below it.
    private static string Reason(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines[Math.Min(1, lines.Length - 1)].TrimEnd('.');
    }
}
