using System.Globalization;
using System.Text;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Text.Chat.Evaluation;

/// <summary>Python's strftime in the C locale; a minus behind the percent sign (glibc) leaves out zeros and blanks in front.</summary>
internal static class DateFormat
{
    /// <summary>Characters of what it gives; templates write a date.</summary>
    private const int Longest = 10_000;

    public static string Of(string format, DateTimeOffset time, Func<string, ChatTemplateException> error)
    {
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            bool bare = format[i + 1] is '-' or '#' && i + 2 < format.Length;
            i += bare ? 2 : 1;
            string part = Part(format[i], time) ?? throw error($"does not know %{format[i]}");
            text.Append(bare ? Bare(part) : part);
            if (text.Length > Longest)
            {
                throw error($"makes more than {Longest} characters");
            }
        }

        return text.ToString();
    }

    private static string Bare(string part) => part.TrimStart('0', ' ') is { Length: > 0 } rest ? rest : "0";

    private static string? Part(char code, DateTimeOffset time) => code switch
    {
        'Y' => Digits(time.Year, 4),
        'C' => Digits(time.Year / 100, 2),
        'y' => Digits(time.Year % 100, 2),
        'm' => Digits(time.Month, 2),
        'd' => Digits(time.Day, 2),
        'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'H' => Digits(time.Hour, 2),
        'I' => Digits(((time.Hour + 11) % 12) + 1, 2),
        'k' => time.Hour.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'l' => (((time.Hour + 11) % 12) + 1).ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'M' => Digits(time.Minute, 2),
        'S' => Digits(time.Second, 2),
        'f' => Digits((int)(time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond), 6),
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        'a' => Named("ddd", time),
        'A' => Named("dddd", time),
        'b' or 'h' => Named("MMM", time),
        'B' => Named("MMMM", time),
        'j' => Digits(time.DayOfYear, 3),
        'w' => Digits((int)time.DayOfWeek, 1),
        'u' => Digits(WeekDay(time) + 1, 1),
        'U' => Digits((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7, 2),
        'W' => Digits((time.DayOfYear + 6 - WeekDay(time)) / 7, 2),
        'V' => Digits(ISOWeek.GetWeekOfYear(time.DateTime), 2),
        'G' => Digits(ISOWeek.GetYear(time.DateTime), 4),
        'g' => Digits(ISOWeek.GetYear(time.DateTime) % 100, 2),
        's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        // As of datetime.now(), which knows no zone.
        'z' or 'Z' => "",
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => Composed(code, time),
    };

    private static string? Composed(char code, DateTimeOffset time)
    {
        string? format = code switch
        {
            'c' => "%a %b %e %H:%M:%S %Y",
            'x' or 'D' => "%m/%d/%y",
            'X' or 'T' => "%H:%M:%S",
            'F' => "%Y-%m-%d",
            'R' => "%H:%M",
            'r' => "%I:%M:%S %p",
            'v' => "%e-%b-%Y",
            _ => null,
        };
        return format is null ? null : Of(format, time, problem => new ChatTemplateException(problem));
    }

    private static int WeekDay(DateTimeOffset time) => ((int)time.DayOfWeek + 6) % 7;

    private static string Named(string format, DateTimeOffset time) => time.ToString(format, CultureInfo.InvariantCulture);

    private static string Digits(int number, int width) => number.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
}
