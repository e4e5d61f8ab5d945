using System.Text;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Paths as the C API takes them (ORTCHAR_T): UTF-8, on Windows UTF-16, zero-terminated.</summary>
internal static class NativePath
{
    public static byte[] Encode(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A path cannot hold a NUL character.", nameof(path));
        }

        return (OperatingSystem.IsWindows() ? Encoding.Unicode : Encoding.UTF8).GetBytes(path + '\0');
    }
}
