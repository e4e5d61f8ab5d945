using System.CommandLine;
using System.Globalization;

namespace ExpertCluster.Cli.Commands;

/// <summary>Options that are numbers within limits.</summary>
internal static class NumberOption
{
    /// <summary>What is no number, or none within the limits, is refused by the option's name and with them.</summary>
    public static void Range(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        // The library's own conversion throws where the text is no number, before it would have told so.
        string? text = result.Tokens.Count > 0 ? result.Tokens[0].Value : null;
        if (text is not null && !(int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most))
        {
            result.AddError($"{option.Name} is '{text}'; it must be a number from {least} to {most}");
        }
    });
}
