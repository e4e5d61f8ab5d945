using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ExpertCluster.Fuzz.Engine;

/// <summary>Runs a target on an input, and says whether that was as it should be: no surprise, no hang, no flood, and one line for whoever is told.</summary>
internal sealed class Judge(FuzzTarget target, string folder)
{
    /// <summary>UTF-16 units of a message: it names a field and a limit, and carries no file.</summary>
    // The message (2,000) and the field (200), as the targets put them together.
    private const int LongestMessage = 2250;

    private const int ShownFrames = 12;

    /// <summary>The most that any input allocated, of those that were no fault.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>The longest that any input took, by the clock on the wall.</summary>
    public TimeSpan Longest { get; private set; }

    /// <returns>How it ended; and what is wrong with that, or null.</returns>
    public (Outcome Outcome, Finding? Finding) Run(byte[] input)
    {
        Outcome outcome;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        var processor = Environment.CpuUsage.TotalTime;
        try
        {
            outcome = target.Run(input);
        }
        catch (Exception surprise)
        {
            return (Outcome.Refused(null), new Finding($"throws {surprise.GetType().Name} in {PlaceOf(surprise)}", surprise.ToString()));
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var elapsed = Stopwatch.GetElapsedTime(started);
        if (elapsed.TotalSeconds > target.MostSeconds && (Environment.CpuUsage.TotalTime - processor).TotalSeconds is var busy && busy > target.MostSeconds)
        {
            return (outcome, new Finding("takes too long", string.Create(CultureInfo.InvariantCulture, $"{busy:0.0} s; {target.MostSeconds} are allowed")));
        }

        if (allocated > target.MostAllocated(input.Length))
        {
            return (outcome, new Finding("allocates too much", string.Create(CultureInfo.InvariantCulture, $"{allocated} bytes; {target.MostAllocated(input.Length)} are allowed")));
        }

        (MostAllocated, Longest) = (Math.Max(MostAllocated, allocated), elapsed > Longest ? elapsed : Longest);
        return (outcome, outcome.Message is { } message ? ProblemOf(message, input) : null);
    }

    private Finding? ProblemOf(string message, byte[] input)
    {
        string? problem = message.Length == 0 ? "says nothing"
            : message.Length > LongestMessage ? "says too much"
            : message.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029') ? "says more than a line, or what controls a terminal"
            : Shows(" at ExpertCluster.") || Shows(" at System.") ? "shows a stack"
            : Shows("Exception") ? "shows a type of exception"
            : !target.MayNamePaths && message.Contains(folder, StringComparison.Ordinal) ? "shows a path"
            : null;
        return problem is null ? null : new Finding($"{problem}: {StartOf(message)}", message.Length <= LongestMessage ? message : message[..LongestMessage]);

        // A message names what it refuses, which may be called so.
        bool Shows(string word) => message.Contains(word, StringComparison.Ordinal) && input.AsSpan().IndexOf(Encoding.ASCII.GetBytes(word)) < 0;
    }

    /// <summary>Its words: values in it differ from one input to the next.</summary>
    private static string StartOf(string message) => string.Concat(message.Where(c => char.IsAsciiLetter(c) || c == ' ').Take(24));

    /// <summary>The product's innermost method.</summary>
    private static string PlaceOf(Exception error) => new StackTrace(error).GetFrames().Take(ShownFrames)
        .Select(frame => frame.GetMethod())
        .Where(method => method?.DeclaringType?.FullName?.StartsWith("ExpertCluster.", StringComparison.Ordinal) == true)
        .Select(method => $"{method!.DeclaringType!.Name}.{method.Name}")
        .FirstOrDefault("the libraries");
}
