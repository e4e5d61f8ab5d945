using System.Text;
using ExpertCluster.Node.Telemetry;
using Prometheus;

namespace ExpertCluster.Node.Logs;

/// <summary>
/// Standard output and error behind a <see cref="DroppingLog"/> each: a reader that stops reading, a terminal that went away or
/// a full disk costs lines, never a request, a stop or a restart.
/// </summary>
public static class PatientConsole
{
    /// <summary>What the end of the process waits for each stream, so that its last line arrives.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(0.5);

    static PatientConsole() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Flush();

    private static event Action? Flushed;

    /// <summary>For a process whose output is its log.</summary>
    public static void TakeAll()
    {
        Console.SetOut(Open(StandardStream.Output, "standard output"));
        TakeErrors();
    }

    /// <summary>For a program whose standard output is its result.</summary>
    public static void TakeErrors() => Console.SetError(Open(StandardStream.Error, "standard error"));

    /// <summary>Waits a moment for readers, so that the last lines arrive.</summary>
    public static void Flush() => Flushed?.Invoke();

    private static LineWriter Open(int descriptor, string name)
    {
        var stream = new StandardStream(descriptor);

        // One for both, told from the start on.
        var dropped = Metrics.CreateCounter(
            MetricNames.LogLinesDropped, "Lines of the log that were dropped as nobody read them, or as they could not be written.");
        var log = new DroppingLog(
            name,
            text => stream.Write(Encoding.UTF8.GetBytes(text)),
            TimeProvider.System,
            dropping: lines => dropped.Inc(lines));
        var writer = new LineWriter(log.Write);
        Flushed += () =>
        {
            writer.Flush();
            log.Drain(EndPatience);
        };
        return writer;
    }
}
