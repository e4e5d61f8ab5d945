using System.Collections.Concurrent;

namespace Prometheus;

/// <summary>A metric family whose series are <typeparamref name="TChild"/>.</summary>
/// <typeparam name="TChild">Kind of one series.</typeparam>
public abstract class Collector<TChild> : Collector, ICollector<TChild>
    where TChild : ChildBase
{
    private readonly ConcurrentDictionary<string[], TChild> _children = new(LabelValuesComparer.Instance);
    private readonly ConcurrentDictionary<string[], TChild>.AlternateLookup<ReadOnlySpan<string>> _byValues;
    private readonly Lazy<TChild> _unlabelled;
    private volatile SortedChildren _sorted = new(-1, []);
    private long _version;

    private protected Collector(string name, string help, string[] labelNames, CollectorRegistry registry)
        : base(name, help, labelNames, registry)
    {
        _byValues = _children.GetAlternateLookup<ReadOnlySpan<string>>();
        _unlabelled = new Lazy<TChild>(() => LabelNames.Length == 0
            ? Get([])
            : throw new InvalidOperationException($"Metric '{Name}' has labels ({string.Join(", ", LabelNames)}): use WithLabels."));
    }

    TChild ICollector<TChild>.Unlabelled => Unlabelled;

    /// <summary>The only series of a family without labels.</summary>
    /// <exception cref="InvalidOperationException">The family has labels.</exception>
    protected internal TChild Unlabelled => _unlabelled.Value;

    /// <summary>The series with these label values, created on first use.</summary>
    /// <exception cref="ArgumentException">Not as many values as there are label names.</exception>
    public TChild WithLabels(params string[] labelValues)
    {
        ArgumentNullException.ThrowIfNull(labelValues);
        return Get(labelValues);
    }

    /// <inheritdoc cref="WithLabels(string[])"/>
    public TChild WithLabels(ReadOnlyMemory<string> labelValues) => Get(labelValues.Span);

    /// <inheritdoc cref="WithLabels(string[])"/>
    public TChild WithLabels(ReadOnlySpan<string> labelValues) => Get(labelValues);

    /// <inheritdoc cref="WithLabels(string[])"/>
    public TChild Labels(params string[] labelValues) => WithLabels(labelValues);

    /// <summary>Label values of every series.</summary>
    public IEnumerable<string[]> GetAllLabelValues()
    {
        foreach (var child in Sorted())
        {
            if (child.LabelValues.Length > 0)
            {
                yield return child.LabelValues;
            }
        }
    }

    /// <summary>Removes the series with these label values, if there is one.</summary>
    public void RemoveLabelled(params string[] labelValues)
    {
        if (_children.TryRemove(labelValues, out _))
        {
            Interlocked.Increment(ref _version);
        }
    }

    internal override void Remove(ChildBase child)
    {
        if (_children.TryRemove(new KeyValuePair<string[], TChild>(child.LabelValues, (TChild)child)))
        {
            Interlocked.Increment(ref _version);
        }
    }

    internal override ReadOnlyMemory<ChildBase> Snapshot()
    {
        if (LabelNames.Length == 0)
        {
            // A family without labels shows its zero before anybody has touched it.
            _ = Unlabelled;
        }

        return Sorted();
    }

    private protected abstract TChild Create(string[] labelValues);

    private TChild Get(ReadOnlySpan<string> labelValues) =>
        _byValues.TryGetValue(labelValues, out var child) ? child : Add(labelValues.ToArray());

    private TChild Add(string[] labelValues)
    {
        if (labelValues.Length != LabelNames.Length)
        {
            throw new ArgumentException(
                $"Metric '{Name}' has {LabelNames.Length} label(s) ({string.Join(", ", LabelNames)}), given {labelValues.Length} value(s).");
        }

        if (Array.IndexOf(labelValues, null) is >= 0 and var index)
        {
            throw new ArgumentException($"Label '{LabelNames[index]}' of metric '{Name}' has the value null.");
        }

        var child = _children.GetOrAdd(labelValues, Create);
        Interlocked.Increment(ref _version);
        return child;
    }

    private ChildBase[] Sorted()
    {
        var version = Interlocked.Read(ref _version);
        var sorted = _sorted;
        if (sorted.Version != version)
        {
            // The version was read first: a series added meanwhile makes this snapshot old, never lost.
            ChildBase[] children = [.. _children.Values];
            Array.Sort(children, static (x, y) => LabelValuesComparer.Compare(x.LabelValues, y.LabelValues));
            _sorted = sorted = new SortedChildren(version, children);
        }

        return sorted.Children;
    }

    private sealed record SortedChildren(long Version, ChildBase[] Children);
}
