using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>
/// Where the native library is: the file that ONNXRUNTIME_LIBRARY names; else beside this assembly; else in the
/// cache that build/native/fetch.sh fills.
/// </summary>
internal static class LibraryLocator
{
    public const string PathVariable = "ONNXRUNTIME_LIBRARY";
    public const string CacheVariable = "EXPERTCLUSTER_CACHE";

    /// <summary>The version that build/native/package.json pins.</summary>
    public const string PinnedVersion = "1.30.0";

    public static string FileName =>
        OperatingSystem.IsWindows() ? "onnxruntime.dll"
        : OperatingSystem.IsMacOS() ? "libonnxruntime.1.dylib"
        : "libonnxruntime.so.1";

    public static string Find() => Find(Environment.GetEnvironmentVariable, AppContext.BaseDirectory, File.Exists);

    internal static string Find(Func<string, string?> variable, string assemblyFolder, Func<string, bool> exists)
    {
        string? named = variable(PathVariable);
        if (!string.IsNullOrEmpty(named))
        {
            return exists(named)
                ? named
                : throw new DllNotFoundException($"{PathVariable} names '{named}', which is not a file.");
        }

        string rid = RuntimeIdentifier;
        string[] candidates =
        [
            Path.Combine(assemblyFolder, FileName),
            Path.Combine(assemblyFolder, "runtimes", rid, "native", FileName),
            Path.Combine(CacheFolder(variable), "onnxruntime", $"{PinnedVersion}-{rid}", FileName),
        ];
        return Array.Find(candidates, c => exists(c)) ?? throw new DllNotFoundException(
            $"ONNX Runtime's native library was not found. Run build/native/fetch.sh to fetch version {PinnedVersion}, or set "
            + $"{PathVariable} to the path of a {FileName}. Looked at: {string.Join(", ", candidates)}.");
    }

    private static string RuntimeIdentifier
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
            string machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
            return $"{system}-{machine}";
        }
    }

    private static string CacheFolder(Func<string, string?> variable)
    {
        string? named = variable(CacheVariable);
        return string.IsNullOrEmpty(named)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "expertcluster")
            : named;
    }
}
