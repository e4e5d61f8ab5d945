using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ExpertCluster.Text.Bounds;

/// <summary>
/// A clock of the calling thread's processor time, where the system has one (Linux: clock_gettime(2), CLOCK_THREAD_CPUTIME_ID): what a text costs is the same on a
/// machine that has far too much to do. Elsewhere the wall's. Timestamps of two threads have nothing to do with each other; it has no timers.
/// </summary>
public sealed partial class ThreadClock : TimeProvider
{
    private const int ThreadProcessorTime = 3;

    private const long NanosecondsPerSecond = 1_000_000_000;

    private ThreadClock()
    {
    }

    public static ThreadClock Instance { get; } = new();

    public override long TimestampFrequency => NanosecondsPerSecond;

    public override long GetTimestamp() => OperatingSystem.IsLinux() && GetTime(ThreadProcessorTime, out var now) == 0
        ? (now.Seconds * NanosecondsPerSecond) + now.Nanoseconds
        : (long)(Stopwatch.GetTimestamp() * ((double)NanosecondsPerSecond / Stopwatch.Frequency));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("a thread's processor time fires no timers");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
