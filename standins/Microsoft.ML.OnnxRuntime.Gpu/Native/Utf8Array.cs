using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Strings as an array of zero-terminated UTF-8, for the length of a call.</summary>
internal readonly unsafe ref struct Utf8Array
{
    private readonly int _count;

    public Utf8Array(IReadOnlyCollection<string> strings)
    {
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)Math.Max(1, strings.Count), (nuint)sizeof(nint));
        foreach (string s in strings)
        {
            // A null string becomes a null pointer, which the library refuses by name of the argument.
            Pointer[_count++] = (byte*)Marshal.StringToCoTaskMemUTF8(s);
        }
    }

    public byte** Pointer { get; }

    public void Dispose()
    {
        for (int i = 0; i < _count; i++)
        {
            Marshal.FreeCoTaskMem((nint)Pointer[i]);
        }

        NativeMemory.Free(Pointer);
    }
}
