using Microsoft.Extensions.Options;

namespace ExpertCluster.Node.Settings;

/// <summary>What attributes on a record of settings can't say: what crosses settings, or asks the machine.</summary>
public abstract class SettingsRules<T> : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var section = SettingsSection.Of(typeof(T));
        string[] failures = [.. ProblemsOf(options).Select(found => $"{section.NameOf(found.Property)} {found.Problem}")];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Properties, and for each the end of a sentence that begins with the setting's name.</summary>
    protected abstract IEnumerable<(string Property, string Problem)> ProblemsOf(T options);
}
