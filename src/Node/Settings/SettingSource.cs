using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace ExpertCluster.Node.Settings;

/// <summary>Where a setting's value comes from.</summary>
internal static class SettingSource
{
    /// <summary>The framework's own, which it takes off the names.</summary>
    private static readonly string[] Prefixes = ["", "DOTNET_", "ASPNETCORE_"];

    /// <summary>The environment variable that a setting is set by; null where something else sets it, or nothing.</summary>
    public static string? VariableOf(IConfiguration configuration, string name) =>
        configuration is IConfigurationRoot root
        && root.Providers.LastOrDefault(provider => provider.TryGet(name, out _)) is EnvironmentVariablesConfigurationProvider
            ? Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key).FirstOrDefault(key => Sets(key, name))
            : null;

    private static bool Sets(string variable, string name)
    {
        string key = variable.Replace("__", ":", StringComparison.Ordinal);
        return Prefixes.Any(prefix => key.Equals(prefix + name, StringComparison.OrdinalIgnoreCase));
    }
}
