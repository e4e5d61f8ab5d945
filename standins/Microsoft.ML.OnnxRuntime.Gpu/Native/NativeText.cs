using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Strings that the library allocated.</summary>
internal static class NativeText
{
    /// <summary>Reads a string and frees it, whether or not it could be read.</summary>
    public static string Take(nint text, nint allocator)
    {
        try
        {
            return Marshal.PtrToStringUTF8(text) ?? string.Empty;
        }
        finally
        {
            if (text != 0)
            {
                NativeMethods.Free(allocator, text);
            }
        }
    }
}
