using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>The processor that a Linux library is built for; the system's loader only says that it found no file.</summary>
internal static class ElfMachine
{
    private const int MachineOffset = 18;

    /// <summary>A sentence where the file is an ELF library for another processor than this process's; else null.</summary>
    public static string? Complaint(string path)
    {
        Span<byte> head = stackalloc byte[MachineOffset + sizeof(ushort)];
        using var file = File.OpenRead(path);
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head.StartsWith("\u007fELF"u8))
        {
            return null;
        }

        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(head[MachineOffset..]);
        return machine == Expected ? null : $"it is built for another processor, {Name(machine)}";
    }

    private static ushort Expected => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? (ushort)183 : (ushort)62;

    // e_machine of the ELF specification.
    private static string Name(ushort machine) => machine switch
    {
        3 => "X86",
        40 => "Arm",
        62 => "X64",
        183 => "Arm64",
        _ => $"number {machine} of the ELF list",
    };
}
