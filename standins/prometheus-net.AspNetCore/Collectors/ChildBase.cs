namespace Prometheus;

/// <summary>One time series of a family.</summary>
public abstract class ChildBase : ICollectorChild, IDisposable
{
    private readonly Collector _parent;
    private volatile bool _published;

    private protected ChildBase(Collector parent, string[] labelValues, bool publish)
    {
        _parent = parent;
        _published = publish;
        LabelValues = labelValues;
        LabelBytes = LabelText.Encode(parent.LabelNames, labelValues, parent.StaticLabels);
    }

    internal string[] LabelValues { get; }

    /// <summary>What stands between the braces, in UTF-8; made once, so that a scrape only copies it.</summary>
    internal byte[] LabelBytes { get; }

    internal bool IsPublished => _published;

    /// <summary>Exposes this series from now on.</summary>
    public void Publish()
    {
        // The read keeps the cache line shared between the threads that update this series.
        if (!_published)
        {
            _published = true;
        }
    }

    /// <summary>Hides this series until its next update.</summary>
    public void Unpublish() => _published = false;

    /// <summary>Removes this series from its family. Its value is lost.</summary>
    public void Remove() => _parent.Remove(this);

    /// <inheritdoc cref="Remove"/>
    public void Dispose() => Remove();

    /// <inheritdoc/>
    public override string ToString() => $"{_parent.Name}{{{System.Text.Encoding.UTF8.GetString(LabelBytes)}}}";
}
