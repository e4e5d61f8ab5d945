using ExpertCluster.Node.Settings;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Node.Tests.Support;

/// <summary>What validators say of a record of settings, and the values at and beyond the limits of its ranges.</summary>
internal static class SettingFailures
{
    public static IReadOnlyList<string> Of<T>(T options, params IValidateOptions<T>[] validators)
        where T : class =>
        [.. validators.SelectMany(validator => validator.Validate(null, options).Failures ?? [])];

    /// <summary>For each range of the record: the lowest and the highest value, and one beyond each; and whether it is allowed.</summary>
    public static TheoryData<string, double, bool> Boundaries<T>()
    {
        TheoryData<string, double, bool> cases = [];
        foreach (var setting in SettingsSection.Of(typeof(T)).Settings)
        {
            if (setting.IsTable || setting.Rule is not SettingRangeAttribute range)
            {
                continue;
            }

            bool whole = setting.Property.PropertyType == typeof(int);
            string name = setting.Property.Name;
            cases.Add(name, range.Least, true);
            cases.Add(name, range.Most, true);
            cases.Add(name, whole ? range.Least - 1 : Math.BitDecrement(range.Least), range.OrZero && range.Least == 1 && whole);
            cases.Add(name, whole ? range.Most + 1 : Math.BitIncrement(range.Most), false);
            if (range.OrZero)
            {
                cases.Add(name, 0, true);
                cases.Add(name, whole ? -1 : -double.Epsilon, false);
            }

            if (!whole)
            {
                cases.Add(name, double.NaN, false);
            }
        }

        return cases;
    }

    public static SettingAttribute Rule<T>(string property) => SettingsSection.Of(typeof(T)).Settings.Single(setting => setting.Property.Name == property).Rule!;

    public static SettingRangeAttribute Range<T>(string property) => (SettingRangeAttribute)Rule<T>(property);

    /// <summary>Properties that have a range.</summary>
    public static IEnumerable<string> Ranges<T>() =>
        SettingsSection.Of(typeof(T)).Settings.Where(setting => setting.Rule is SettingRangeAttribute).Select(setting => setting.Property.Name);

    /// <summary>The same record with one setting at a value.</summary>
    public static T With<T>(T options, string property, double value)
        where T : class
    {
        var setting = typeof(T).GetProperty(property)!;
        setting.SetValue(options, setting.PropertyType == typeof(int) ? (object)(int)value : value);
        return options;
    }
}
