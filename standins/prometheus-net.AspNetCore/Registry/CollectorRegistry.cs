using System.Collections.Concurrent;

namespace Prometheus;

/// <summary>A set of metric families that are exposed together, in the order of their names.</summary>
public sealed class CollectorRegistry : ICollectorRegistry
{
    private readonly ConcurrentDictionary<string, Collector> _collectors = new(StringComparer.Ordinal);
    private readonly Lock _callbackLock = new();
    private Func<CancellationToken, Task>[] _beforeCollect = [];
    private Action? _beforeFirstCollect;

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> StaticLabels => StaticLabelList;

    internal IReadOnlyList<KeyValuePair<string, string>> StaticLabelList { get; private set; } = [];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There are families already, or the labels were set before.</exception>
    public void SetStaticLabels(IDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (StaticLabelList.Count > 0)
        {
            throw new InvalidOperationException("Static labels were set already.");
        }

        if (!_collectors.IsEmpty)
        {
            throw new InvalidOperationException("Static labels must be set before the first metric is created.");
        }

        foreach (var label in labels.Keys)
        {
            MetricNames.CheckLabel(label);
        }

        StaticLabelList = [.. labels.OrderBy(label => label.Key, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public void AddBeforeCollectCallback(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        AddBeforeCollectCallback(_ =>
        {
            callback();
            return Task.CompletedTask;
        });
    }

    /// <inheritdoc/>
    public void AddBeforeCollectCallback(Func<CancellationToken, Task> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        lock (_callbackLock)
        {
            _beforeCollect = [.. _beforeCollect, callback];
        }
    }

    /// <inheritdoc cref="ICollectorRegistry.CollectAndExportAsTextAsync"/>
    public Task CollectAndExportAsTextAsync(Stream to, CancellationToken cancel = default) =>
        CollectAndExportAsTextAsync(to, ExpositionFormat.PrometheusText, cancel);

    /// <inheritdoc/>
    public async Task CollectAndExportAsTextAsync(
        Stream to, ExpositionFormat format, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        await RunCallbacksAsync(cancel);

        using var writer = new ExpositionWriter(to, format);
        foreach (var collector in _collectors.Values.OrderBy(collector => collector.Name, StringComparer.Ordinal))
        {
            writer.Family(collector);
            var children = collector.Snapshot();
            for (var i = 0; i < children.Length; i++)
            {
                if (children.Span[i].IsPublished)
                {
                    collector.Write(writer, children.Span[i]);
                    await writer.SendIfFullAsync(cancel);
                }
            }
        }

        writer.End();
        await writer.SendAsync(cancel);
    }

    /// <summary>Runs once, before the first collection: where default metrics come in.</summary>
    internal void SetBeforeFirstCollect(Action callback) => Volatile.Write(ref _beforeFirstCollect, callback);

    /// <exception cref="InvalidOperationException">The name is taken by another type, or with other labels.</exception>
    internal TCollector GetOrAdd<TCollector>(string name, string[] labelNames, Func<TCollector> create)
        where TCollector : Collector
    {
        // Created first where missing, so that a wrong name or label throws before anything is registered.
        var found = _collectors.TryGetValue(name, out var existing) ? existing : _collectors.GetOrAdd(name, create());
        if (found is not TCollector collector)
        {
            throw new InvalidOperationException($"Metric '{name}' exists already as {found.Type}, asked for as {typeof(TCollector).Name}.");
        }

        return collector.LabelNames.AsSpan().SequenceEqual(labelNames)
            ? collector
            : throw new InvalidOperationException(
                $"Metric '{name}' exists already with labels ({string.Join(", ", collector.LabelNames)}), asked for with ({string.Join(", ", labelNames)}).");
    }

    private async Task RunCallbacksAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref _beforeFirstCollect) is not null)
        {
            Interlocked.Exchange(ref _beforeFirstCollect, null)?.Invoke();
        }

        foreach (var callback in _beforeCollect)
        {
            await callback(cancel);
        }
    }
}
