namespace Prometheus;

/// <summary>A set of metric families that are exposed together.</summary>
public interface ICollectorRegistry
{
    /// <summary>Labels that every series of this registry carries.</summary>
    IEnumerable<KeyValuePair<string, string>> StaticLabels { get; }

    /// <summary>Sets the labels that every series carries. Once, and before the first family is created.</summary>
    void SetStaticLabels(IDictionary<string, string> labels);

    /// <summary>Runs <paramref name="callback"/> before every collection.</summary>
    void AddBeforeCollectCallback(Action callback);

    /// <inheritdoc cref="AddBeforeCollectCallback(Action)"/>
    void AddBeforeCollectCallback(Func<CancellationToken, Task> callback);

    /// <summary>Writes every published series to <paramref name="to"/>, which stays open.</summary>
    Task CollectAndExportAsTextAsync(
        Stream to, ExpositionFormat format = ExpositionFormat.PrometheusText, CancellationToken cancel = default);
}
