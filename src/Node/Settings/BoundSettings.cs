using System.Collections.Frozen;

namespace ExpertCluster.Node.Settings;

/// <summary>The settings of a process, bound and checked: one record a section.</summary>
public sealed class BoundSettings
{
    private readonly FrozenDictionary<Type, object> _records;

    internal BoundSettings(IEnumerable<object> records) => _records = records.ToFrozenDictionary(record => record.GetType());

    /// <exception cref="KeyNotFoundException">This process reads no such section.</exception>
    public T Get<T>()
        where T : class => (T)_records[typeof(T)];
}
