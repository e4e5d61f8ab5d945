using System.Runtime.InteropServices;

namespace ExpertCluster.Node.Logs;

/// <summary>
/// Standard output or error, written by the system's own call: the console's streams hold the lock of Console.Out while they
/// write, so whoever only hands a line over would wait with them.
/// </summary>
internal sealed class StandardStream(int descriptor)
{
    public const int Output = 1;
    public const int Error = 2;

    private const int Interrupted = 4;
    private const short Writable = 4;

    /// <summary>EAGAIN of Linux and of macOS: somebody who has the other end made it one that does not wait.</summary>
    private static readonly int[] WouldBlock = [11, 35];

    /// <exception cref="IOException">It takes no more.</exception>
    public void Write(byte[] bytes)
    {
        for (int done = 0; done < bytes.Length;)
        {
            nint written = Write(descriptor, ref bytes[done], bytes.Length - done);
            if (written >= 0)
            {
                done += (int)written;
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (WouldBlock.Contains(error))
            {
                var wait = new PollDescriptor { Descriptor = descriptor, Events = Writable };
                _ = Poll(ref wait, 1, -1);
            }
            else if (error != Interrupted)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Write(int descriptor, ref byte bytes, nint count);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
