using System.Collections.Frozen;

namespace ExpertCluster.Contracts;

/// <summary>Policies of one sort, by name.</summary>
public sealed class PolicySet<T>
    where T : IPolicy
{
    private readonly FrozenDictionary<string, T> _byName;

    /// <exception cref="SetupException">Two bear one name.</exception>
    public PolicySet(IEnumerable<T> policies)
    {
        T[] all = [.. policies];
        if (all.GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new SetupException($"two {typeof(T).Name} are called {twice.Key}: {string.Join(" and ", twice.Select(p => p.GetType().FullName))}");
        }

        All = all;
        Names = [.. all.Select(p => p.Name)];
        _byName = all.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);
    }

    /// <summary>In the order of registration.</summary>
    public IReadOnlyList<T> All { get; }

    /// <summary>In the order of registration.</summary>
    public IReadOnlyList<string> Names { get; }

    public T? Find(string name) => _byName.GetValueOrDefault(name);

    /// <param name="name">Of a policy that must be there.</param>
    /// <param name="setting">Who names it, for the error.</param>
    /// <exception cref="SetupException">No policy bears it; the message lists those that there are.</exception>
    public T Require(string name, string setting) =>
        Find(name) ?? throw new SetupException($"{setting} is {name}; known are {string.Join(", ", Names)}");
}
