using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace ExpertCluster.CommandLine;

/// <summary>Options that are numbers within limits: what is none, or none within them, is refused by the option's name and with them.</summary>
public static class NumberOption
{
    public static void Range<T>(Option<T> option, T least, T most)
        where T : struct, INumber<T> => Check(option, least, most);

    public static void Range<T>(Option<T?> option, T least, T most)
        where T : struct, INumber<T> => Check(option, least, most);

    /// <summary>Each of them.</summary>
    public static void Range<T>(Option<T[]> option, T least, T most)
        where T : struct, INumber<T> => Check(option, least, most);

    private static void Check<T>(Option option, T least, T most)
        where T : struct, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(option);
        string kind = default(T) is int ? "a whole number" : "a number";
        option.Validators.Add(result =>
        {
            // The library's own conversion throws where the text is no number, before it would have told so.
            foreach (var token in result.Tokens)
            {
                if (!(T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most))
                {
                    result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is '{token.Value}'; it must be {kind} from {least} to {most}"));
                    return;
                }
            }
        });
    }
}
