using System.Globalization;

namespace ExpertCluster.Node.Deadlines;

/// <summary>The grpc-timeout header: up to 8 digits and a unit (H, M, S, m, u, n), as gRPC's HTTP/2 protocol defines it.</summary>
internal static class TimeoutHeader
{
    public const string Name = "grpc-timeout";

    private const int MostDigits = 8;

    /// <returns>False where the text is none.</returns>
    public static bool TryRead(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MostDigits + 1
            || !uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint value))
        {
            return false;
        }

        long unit = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => -1,
        };
        timeout = TimeSpan.FromTicks(unit == 0 ? value / TimeSpan.NanosecondsPerTick : value * Math.Max(unit, 0));
        return unit >= 0;
    }

    /// <summary>In milliseconds, which 8 digits hold for up to 27 hours.</summary>
    public static string Write(TimeSpan timeout) => string.Create(CultureInfo.InvariantCulture, $"{(long)timeout.TotalMilliseconds}m");
}
