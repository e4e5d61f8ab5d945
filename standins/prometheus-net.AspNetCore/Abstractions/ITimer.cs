namespace Prometheus;

/// <summary>Measures from its creation; disposal records the duration too.</summary>
public interface ITimer : IDisposable
{
    /// <summary>Records the seconds since creation and returns them.</summary>
    TimeSpan ObserveDuration();
}
