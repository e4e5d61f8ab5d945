using System.Text;

namespace Prometheus;

/// <summary>A metric family without the kind of its series.</summary>
public abstract class Collector
{
    private protected Collector(string name, string help, string[] labelNames, CollectorRegistry registry)
    {
        MetricNames.CheckMetric(name);
        ArgumentNullException.ThrowIfNull(help);
        ArgumentNullException.ThrowIfNull(labelNames);
        StaticLabels = registry.StaticLabelList;
        var seen = new HashSet<string>(StaticLabels.Select(label => label.Key), StringComparer.Ordinal);
        foreach (var label in labelNames)
        {
            MetricNames.CheckLabel(label);
            if (!seen.Add(label))
            {
                throw new ArgumentException($"Metric '{name}' has the label '{label}' twice.", nameof(labelNames));
            }
        }

        Name = name;
        Help = help;
        LabelNames = labelNames;
        NameBytes = Encoding.UTF8.GetBytes(name);
    }

    /// <summary>Metric name as exposed.</summary>
    public string Name { get; }

    /// <summary>Help text, unescaped.</summary>
    public string Help { get; }

    /// <summary>Names of the labels, in the order in which <c>WithLabels</c> takes their values.</summary>
    public string[] LabelNames { get; }

    internal IReadOnlyList<KeyValuePair<string, string>> StaticLabels { get; }

    internal byte[] NameBytes { get; }

    internal abstract MetricType Type { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}{{{string.Join(",", LabelNames)}}}";

    internal abstract void Remove(ChildBase child);

    /// <summary>The series in the order of their label values.</summary>
    internal abstract ReadOnlyMemory<ChildBase> Snapshot();

    internal abstract void Write(ExpositionWriter writer, ChildBase child);
}
