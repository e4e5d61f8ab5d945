using System.Globalization;

namespace Grpc.Protocol;

/// <summary>The header grpc-timeout: at most eight digits and a unit.</summary>
internal static class TimeoutCodec
{
    private const long MaxValue = 99_999_999;

    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>The finest unit from milliseconds up that holds the value; rounded up, since an early end would be wrong.</summary>
    public static string Encode(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
            return "1n";
        foreach ((char unit, long ticks) in Units.AsSpan(1))
        {
            long value = (timeout.Ticks / ticks) + (timeout.Ticks % ticks == 0 ? 0 : 1);
            if (value <= MaxValue)
                return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{MaxValue}H");
    }

    public static bool TryDecode(string? header, out TimeSpan timeout)
    {
        timeout = default;
        if (header is not { Length: >= 2 and <= 9 }
            || !long.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long value))
        {
            return false;
        }
        if (header[^1] == 'n')
        {
            timeout = TimeSpan.FromTicks(value / TimeSpan.NanosecondsPerTick);
            return true;
        }
        foreach ((char unit, long ticks) in Units)
        {
            if (unit == header[^1])
            {
                // 99,999,999 hours fit: 3.6e18 ticks of at most 9.2e18.
                timeout = TimeSpan.FromTicks(value * ticks);
                return true;
            }
        }
        return false;
    }
}
