namespace Prometheus;

/// <summary>One metric family: a name, a help text and the names of its labels.</summary>
public interface ICollector
{
    /// <summary>Metric name as exposed.</summary>
    string Name { get; }

    /// <summary>Help text, unescaped.</summary>
    string Help { get; }

    /// <summary>Names of the labels, in the order in which <c>WithLabels</c> takes their values.</summary>
    string[] LabelNames { get; }
}

/// <summary>A metric family whose series are of one kind.</summary>
/// <typeparam name="TChild">Kind of one series.</typeparam>
public interface ICollector<out TChild> : ICollector
    where TChild : ICollectorChild
{
    /// <summary>The only series of a family without labels.</summary>
    TChild Unlabelled { get; }

    /// <summary>The series with these label values, created on first use.</summary>
    TChild WithLabels(params string[] labelValues);

    /// <inheritdoc cref="WithLabels(string[])"/>
    TChild WithLabels(ReadOnlyMemory<string> labelValues);

    /// <inheritdoc cref="WithLabels(string[])"/>
    TChild WithLabels(ReadOnlySpan<string> labelValues);
}
