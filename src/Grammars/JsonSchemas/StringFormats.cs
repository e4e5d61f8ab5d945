using System.Collections.Frozen;
using ExpertCluster.Grammars.Regexes;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>The formats that OpenAI allows, as expressions. Each allows no text that its RFC does not; some allow fewer, so that what is generated is what people write.</summary>
internal static class StringFormats
{
    private const string Hours = "([01][0-9]|2[0-3])";
    private const string Sixtieth = "[0-5][0-9]";

    /// <summary>RFC 3339, section 5.6; leap seconds are left out.</summary>
    private const string Time = $@"{Hours}:{Sixtieth}:{Sixtieth}(\.[0-9]{{1,9}})?(Z|[+-]{Hours}:{Sixtieth})";

    /// <summary>With the days that a month has; the 29th of February in leap years.</summary>
    private const string Date =
        "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
        + "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";

    /// <summary>RFC 1123: 1 to 63 letters, digits and hyphens, none of these at an end.</summary>
    private const string Label = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    private const string Octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private const string Hex = "[0-9A-Fa-f]{1,4}";

    private static readonly FrozenDictionary<string, string> Expressions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = $"{Date}T{Time}",

        // RFC 3339, appendix A.
        ["duration"] = "P([0-9]{1,9}W|([0-9]{1,9}Y([0-9]{1,9}M([0-9]{1,9}D)?)?|[0-9]{1,9}M([0-9]{1,9}D)?|[0-9]{1,9}D)(T(" + Clock + "))?|T(" + Clock + "))",

        // RFC 5321's local part without quotes, as people have it: it ends with a letter or a digit, and so does a domain of two or three labels.
        ["email"] = $@"[A-Za-z0-9]([A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]{{0,30}}[A-Za-z0-9])?(\.[A-Za-z0-9]{{1,15}})?@{Label}(\.{Label})?\.[A-Za-z]{{2,24}}",
        ["hostname"] = $@"{Label}(\.{Label}){{0,2}}",
        ["ipv4"] = $@"{Octet}(\.{Octet}){{3}}",
        ["ipv6"] = IPv6(),
        ["uuid"] = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Their names, for people.</summary>
    public static string Known { get; } = string.Join(", ", Expressions.Keys.Order(StringComparer.Ordinal));

    private static string Clock => "[0-9]{1,9}H([0-9]{1,9}M([0-9]{1,9}S)?)?|[0-9]{1,9}M([0-9]{1,9}S)?|[0-9]{1,9}S";

    /// <summary>Null where there is none of that name.</summary>
    public static GrammarNode? Find(string format, GrammarBudget budget) =>
        Expressions.TryGetValue(format, out string? expression) ? RegexReader.Read(expression, RegexMode.Whole, budget) : null;

    /// <summary>RFC 4291, section 2.2, without an IPv4 address at the end: eight groups, or fewer around one "::".</summary>
    private static string IPv6()
    {
        List<string> forms = [$"({Hex}:){{7}}{Hex}"];
        for (int before = 0; before <= 7; before++)
        {
            string left = before == 0 ? "" : before == 1 ? Hex : $"{Hex}(:{Hex}){{{before - 1}}}";
            string right = before == 7 ? "" : $"({Hex}(:{Hex}){{0,{6 - before}}})?";
            forms.Add($"{left}::{right}");
        }

        return string.Join('|', forms);
    }
}
