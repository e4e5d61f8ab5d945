using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Node.Settings;

/// <summary>
/// The one way in for settings: the framework binds and validates them, all sections at once, before anything is built on them; some
/// say how to build. What comes out is one immutable record a section for the life of the process.
/// </summary>
public sealed class SettingsReader
{
    private readonly List<SettingsSection> _sections = [];
    private readonly List<Func<IServiceProvider, object>> _records = [];
    private readonly List<Action<IServiceCollection, BoundSettings>> _additions = [];
    private readonly ServiceCollection _services = new();

    /// <typeparam name="T">A record with <see cref="SettingsAttribute"/>.</typeparam>
    /// <param name="validators">The one generated from the record's attributes, and <see cref="SettingsRules{T}"/> for the rest.</param>
    public SettingsReader Add<T>(params IValidateOptions<T>[] validators)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(validators);
        var section = SettingsSection.Of(typeof(T));
        _sections.Add(section);
        _services.AddOptions<T>().BindConfiguration(section.Name).ValidateOnStart();
        Array.ForEach(validators, validator => _services.AddSingleton(validator));
        _records.Add(provider => provider.GetRequiredService<IOptions<T>>().Value);
        _additions.Add((services, bound) => services.AddSingleton(bound.Get<T>()));
        return this;
    }

    /// <summary>Binds and checks all sections, and adds their records to a process's services.</summary>
    /// <param name="configuration">Of the process.</param>
    /// <param name="services">Of the process.</param>
    /// <param name="others">
    /// Sections that files which several processes share may have, too. What stands in those that nobody added is for others to check.
    /// </param>
    /// <exception cref="OptionsValidationException">
    /// Keys are no settings, or settings are wrong. The failures name all that are, each on a line of its own.
    /// </exception>
    public BoundSettings Read(IConfiguration configuration, IServiceCollection services, params string[] others)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(services);
        var unusable = new SettingsCheck(_sections, others).Check(configuration).ToArray();

        // Without them: the framework stops at the first that it can't read, and the others have their failures to tell.
        _services.AddSingleton(Without(configuration, unusable.Select(found => found.Key).ToHashSet(StringComparer.OrdinalIgnoreCase)));
        using var provider = _services.BuildServiceProvider();
        string[] failures = [.. unusable.Select(found => found.Failure), .. FailuresOf(provider)];
        if (failures.Length > 0)
        {
            throw new OptionsValidationException(
                SettingsSection.Root, typeof(BoundSettings), failures.Select(failure => WithVariable(configuration, failure).ReplaceLineEndings(" ")));
        }

        var bound = new BoundSettings(_records.Select(record => record(provider)));
        _additions.ForEach(add => add(services, bound));
        return bound;
    }

    private static IConfiguration Without(IConfiguration configuration, HashSet<string> keys) => new ConfigurationBuilder()
        .AddInMemoryCollection(configuration.GetSection(SettingsSection.Root).AsEnumerable().Where(pair => pair.Value is not null && !keys.Contains(pair.Key)))
        .Build();

    private static IEnumerable<string> FailuresOf(IServiceProvider provider)
    {
        try
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException one)
        {
            return one.Failures;
        }
        catch (AggregateException several) when (several.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(one => one.Failures);
        }
    }

    private static string WithVariable(IConfiguration configuration, string failure) =>
        SettingSource.VariableOf(configuration, failure.Split(' ')[0]) is { } variable ? $"{failure} (set by {variable})" : failure;
}
