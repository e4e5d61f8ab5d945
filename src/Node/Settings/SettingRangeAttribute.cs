using System.Globalization;

namespace ExpertCluster.Node.Settings;

/// <summary>A number from one limit to the other, both allowed; of a table, each of its numbers.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingRangeAttribute(double least, double most) : SettingAttribute
{
    public double Least { get; } = least;

    public double Most { get; } = most;

    /// <summary>0 is allowed, too, and means something of its own.</summary>
    public bool OrZero { get; init; }

    /// <summary>What it counts: "seconds". None by default.</summary>
    public string Unit { get; init; } = "";

    public override string Allowed => Limits("#,0.##");

    protected override string? ProblemOf(object value)
    {
        if (value is not IReadOnlyDictionary<string, double> table)
        {
            return Holds(Convert.ToDouble(value, CultureInfo.InvariantCulture)) ? null : FormattableString.Invariant($"is {value}; it must be {Limits("0.##")}");
        }

        string[] wrong = [.. table.Where(pair => !Holds(pair.Value)).Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value}"))];
        return wrong.Length == 0 ? null : $"has {string.Join(", ", wrong)}; each must be {Limits("0.##")}";
    }

    // NaN fails both comparisons and so the test.
    private bool Holds(double number) => (number >= Least && number <= Most) || (OrZero && number == 0);

    private string Limits(string format)
    {
        string least = Least.ToString(format, CultureInfo.InvariantCulture);
        string most = Most.ToString(format, CultureInfo.InvariantCulture);
        return $"{(OrZero ? "0, or " : "")}{least} to {most} {Unit}".TrimEnd();
    }
}
