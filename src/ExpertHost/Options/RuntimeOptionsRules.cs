using ExpertCluster.Contracts.Selection;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Providers;
using ExpertCluster.Node.Settings;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>What crosses the settings of <see cref="RuntimeOptions"/>, and what this build and machine can run on.</summary>
internal sealed class RuntimeOptionsRules : SettingsRules<RuntimeOptions>
{
    protected override IEnumerable<(string Property, string Problem)> ProblemsOf(RuntimeOptions options)
    {
        if (ProblemOf(options.Labels ?? []) is { } wrong)
        {
            yield return (nameof(options.Labels), wrong);
        }

        if (!SettingNames.Providers.TryParse(options.Provider, out var provider))
        {
            yield break;
        }

        if (Missing(provider) is { } missing)
        {
            yield return (nameof(options.Provider), missing);
        }

        if (provider == ExecutionProvider.Cpu)
        {
            yield break;
        }

        // The portable graph's operators are the library's, which take f32.
        if (SettingNames.KvCacheTypes.TryParse(options.KvCacheType, out var cache) && cache != KvCacheType.Float32)
        {
            yield return (nameof(options.KvCacheType), $"is '{options.KvCacheType}'; with {nameof(options.Provider)} '{options.Provider}' it must be f32");
        }

        if (SettingNames.AdapterTypes.TryParse(options.AdapterType, out var adapters) && adapters != AdapterType.Float32)
        {
            yield return (nameof(options.AdapterType), $"is '{options.AdapterType}'; with {nameof(options.Provider)} '{options.Provider}' it must be f32");
        }
    }

    private static string? ProblemOf(IReadOnlyList<string> labels) => labels.Count > HostLabels.Most
        ? $"has {labels.Count} entries; at most {HostLabels.Most} are taken"
        : labels.FirstOrDefault(label => !HostLabels.IsWellFormed(label)) is { } wrong
        ? $"has the entry '{wrong}'; it must be {HostLabels.Form}"
        : null;

    /// <summary>What to do about a provider that can't be used here, as a sentence without its first word.</summary>
    private static string? Missing(ExecutionProvider provider)
    {
        try
        {
            ProviderAccess.Require(provider);
            return null;
        }
        catch (ProviderUnavailableException failure)
        {
            return failure.Message[(nameof(RuntimeOptions.Provider).Length + 1)..];
        }
    }
}
